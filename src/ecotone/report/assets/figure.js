// Shared functions of all charts: messages, number formats, months, colours, drawing.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone;
  const MINUS = "\u2212", DASH = "\u2013", NARROW = 560;

  // A message with its {name} filled in; {count:one|many} is the form that agrees with the number.
  function formatMessage(key, values) {
    return own.inLanguage(land.words[key]).replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (gap, name, singular, plural) => {
      if (!values || !(name in values)) { return gap; }
      return singular === undefined ? values[name] : values[name] === 1 ? singular : plural;
    });
  }

  // The same rules as in report/bilingual_text.py.
  function formatNumber(value, share) {
    if (value === null || value === undefined) { return DASH; }
    if (share) { return value > 0 && value < 0.0005 ? "<0.1%" : (value * 100).toFixed(1) + "%"; }
    const size = Math.abs(value), digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 10 ? 1 : 2;
    return (value < 0 ? MINUS : "") + size.toLocaleString("en-US", { maximumFractionDigits: digits });
  }
  function formatChange(value) {
    if (value === null || value === undefined) { return DASH; }
    const percent = Math.round(value * 100);
    return (percent > 0 ? "+" : percent < 0 ? MINUS : "") + Math.abs(percent).toLocaleString("en-US") + "%";
  }

  function monthAt(position) { return Date.UTC(land.since[0], land.since[1] - 1 + position, 1); }
  function formatMonth(time) { return new Date(time).toISOString().slice(0, 7); }
  function parseMonth(text) { return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, 1); }
  function nextMonth(time) { const day = new Date(time); return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1); }

  // Labelled months of the time axis: as many as fit.
  function axisTicks(width, begin, finish) {
    const first = new Date(begin), start = first.getUTCFullYear() * 12 + first.getUTCMonth();
    const last = new Date(finish), months = last.getUTCFullYear() * 12 + last.getUTCMonth() - start + 1;
    const fit = Math.max(Math.floor(width / 60), 2), starts = [];
    const every = [1, 3, 6, 12, 24, 36].find((step) => Math.floor(months / step) <= fit) || 60;
    for (let at = start; at < start + months; at += 1) {
      if (at % every === 0) { starts.push(Date.UTC(Math.floor(at / 12), at % 12, 1)); }
    }
    return starts;
  }

  // Decode series of report/series_encoding.py.
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  function decodeSeries(text, decimals) {
    const scale = Math.pow(10, decimals), values = [];
    let before = 0, factor = 1, rest = 0;
    for (const letter of text) {
      if (letter === "~") { values.push(null); continue; }
      const digit = LETTERS.indexOf(letter);
      rest += (digit % 32) * factor;
      if (digit >= 32) { factor *= 32; continue; }
      before += (rest % 2 ? -1 : 1) * Math.floor(rest / 2);
      values.push(before / scale);
      factor = 1; rest = 0;
    }
    return values;
  }

  // Decode the cells of a figure's column (report/data_scripts.py, _encode_column).
  function decodeCells(column) { return Array.isArray(column) ? column : decodeSeries(column.at, 0).map((index) => column.of[index]); }

  // Load the values of a signal on first use; root is the path to the report's folder.
  const loading = {};
  function loadSignal(name, root) {
    const key = "signal/" + name;
    loading[key] = loading[key] || new Promise((done) => {
      if (data[key]) { done(); return; }
      const script = document.createElement("script");
      script.src = root + "data/" + key + ".js";
      script.onload = done;
      document.head.append(script);
    });
    return loading[key].then(() => data[key]);
  }

  function currentTheme() { return data.themes[own.currentThemeName()]; }
  function themeColour(indexOrName) {
    return typeof indexOrName === "string" ? currentTheme().named[indexOrName] : currentTheme().palette[indexOrName % currentTheme().palette.length];
  }
  function findSignal(name) { return land.signals.find((signal) => signal.name === name); }

  // A signal's states of one project, a letter a month: its own, or else the project's.
  function signalStates(numbers, member) { return (numbers.s && numbers.s[member]) || land.projects[member].s; }
  // Letters of states in words, as shares of all of them.
  function coverageText(letters) {
    const share = (letter) => {
      const count = letters.split(letter).length - 1;
      return count ? formatNumber(count / letters.length, true).replace(".0%", "%") : "0%";
    };
    return formatMessage("coverage_of", { w: share("w"), p: share("p"), d: share("d"), n: share("n") });
  }
  // Drawn rows of one curve (charts/curves.py); style has k, name, c, f and tag. The same as `curve_rows` in charts/drawn_rows.py.
  function curveRows(style, times, values, states) {
    let end = -1, named = -1;
    values.forEach((value, step) => {
      if (value === null) { return; }
      end = step;
      if (states[step] === "w") { named = step; }
    });
    return values.map((value, step) => {
      const alone = (values[step - 1] ?? null) === null && (values[step + 1] ?? null) === null;
      const near = (states[step - 1] || "") + states[step] + (states[step + 1] || "");
      const row = Object.assign({}, style, {
        w: [1.1, 2, 3][style.f], t: times[step], v: value, s: states[step], end: step === end,
        named: step === (named < 0 ? end : named),
        dot: value !== null && (step === end || states[step] !== "w" || alone),
        y: states[step] === "w" ? value : null
      });
      [["yp", "p"], ["yd", "d"]].forEach(([field, letter]) => {
        if (near.includes(letter)) { row[field] = value; } else if (step && states.slice(Math.max(step - 2, 0), step + 1).includes(letter)) { row[field] = null; }
      });
      return row;
    });
  }

  // Split drawn rows into the data sets of charts/curves.py; the same as `split_drawn_rows` in charts/drawn_rows.py. frame: x(row), y(row) in pixels
  function splitRows(drawn, frame) {
    const groups = new Map(), result = { rows: [], part: [], damaged: [], dots: [], band: [] };
    drawn.forEach((row) => {
      if (!groups.has(row.k)) { groups.set(row.k, []); }
      groups.get(row.k).push(row);
      if (row.dot) { result.dots.push(row); }
      if ((row.low ?? null) !== null && (row.high ?? null) !== null) { result.band.push(row); }
    });
    groups.forEach((rows) => {
      [["rows", "y"], ["part", "yp"], ["damaged", "yd"]].forEach(([name, field]) => {
        const path = linePath(rows, field, frame);
        if (path) { result[name].push({ c: rows[0].c, w: rows[0].w, path: path }); }
      });
    });
    return result;
  }
  function linePath(rows, field, frame) {
    let path = "", on = false;
    rows.forEach((row) => {
      const known = (row[field] ?? null) !== null;
      if (known) { path += (on ? "L" : "M") + frame.x(row).toFixed(1) + "," + frame.y(row).toFixed(1); }
      on = known;
    });
    return path;
  }

  // The tooltip.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  // lines: [label, text]; a heading has no label (null)
  function showTooltip(lines, x, y) {
    tip.hidden = !lines;
    if (!lines) { return; }
    tip.replaceChildren(...lines.map(([label, text]) => {
      const node = document.createElement(label === null ? "strong" : "div");
      if (label === null) { node.textContent = text; return node; }
      const name = document.createElement("span"), value = document.createElement("b");
      name.textContent = label;
      value.textContent = text;
      node.append(name, value);
      return node;
    }));
    tip.style.left = Math.max(Math.min(x + 14, window.innerWidth - tip.offsetWidth - 8), 8) + "px";
    tip.style.top = Math.max(Math.min(y + 14, window.innerHeight - tip.offsetHeight - 8), 8) + "px";
  }

  function describeRow(row) {
    const lines = [[null, row.name || row.when]];
    if (row.name) { lines.push([formatMessage("tip_month"), row.when]); }
    lines.push([formatMessage("tip_value"), row.shown]);
    if (row.bounds) { lines.push([formatMessage("tip_bounds"), row.bounds]); }
    if (row.coverage) { lines.push([formatMessage("tip_coverage"), row.coverage]); }
    return lines.concat(row.events || []);
  }

  // A finger shows the value under it as a pointer does, and the value stays when the finger is lifted.
  let touched = null;
  const TOUCH_OFFSETS = [0, 7, 14, 21].flatMap((far) => (far ? [0, 1, 2, 3, 4, 5, 6, 7] : [0]).map((turn) => [far * Math.cos(turn * Math.PI / 4), far * Math.sin(turn * Math.PI / 4)]));
  function pointAt(x, y) {
    const under = document.elementFromPoint(x, y), place = { bubbles: true, clientX: x, clientY: y, pointerType: "mouse" };
    if (!under || !touched.contains(under)) { return false; }
    ["pointerover", "pointermove", "mouseover", "mousemove"].forEach((kind) => under.dispatchEvent(kind.startsWith("mouse") ? new MouseEvent(kind, place) : new PointerEvent(kind, place)));
    return !tip.hidden;
  }
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch" ? event.target.closest("[data-plot], .multiples .plot") : null;
    if (event.pointerType === "touch" && !touched && !event.target.closest("[data-stage]")) { showTooltip(null); }
  }, true);
  ["pointerout", "pointerleave", "mouseout", "mouseleave"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (touched && touched.contains(event.target)) { event.stopPropagation(); }
  }, true));
  ["pointerdown", "pointermove"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (event.pointerType !== "touch" || !touched) { return; }
    // The marks of a chart are smaller than a finger: the nearest within a finger's width counts.
    showTooltip(null);
    if (!showNearest(touched, event)) { TOUCH_OFFSETS.some(([x, y]) => pointAt(event.clientX + x, event.clientY + y)); }
  }));
  // Curves have no marks to point at: the nearest value is shown.
  function showNearest(plot, event) {
    if (!plot || !plot.ecotoneNearest) { return false; }
    const box = plot.getBoundingClientRect(), row = plot.ecotoneNearest(event.clientX - box.left, event.clientY - box.top);
    showTooltip(row ? plot.ecotoneTip(row) : null, event.clientX, event.clientY);
    return true;
  }
  document.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") { showNearest(event.target.closest("[data-plot]"), event); }
  });
  document.addEventListener("pointerout", (event) => {
    const plot = event.pointerType === "touch" ? null : event.target.closest("[data-plot]");
    if (plot && plot.ecotoneNearest && !plot.contains(event.relatedTarget)) { showTooltip(null); }
  });

  function copyJson(value) { return JSON.parse(JSON.stringify(value)); }
  function fillSpecification(spec, sets, parameters) {
    spec.signals.forEach((signal) => { if (signal.name in parameters) { signal.value = parameters[signal.name]; } });
    spec.data.forEach((set) => { if (set.name in sets) { set.values = sets[set.name]; } });
  }

  // Draw a chart. drawing: sets, parameters, width, height, padding, label; optional: tip (row -> lines), nearest ((x, y) -> row).
  // A chart of the same size is updated with the new rows.
  function drawChart(plot, name, drawing) {
    const run = () => {
      const parameters = Object.assign({}, currentTheme().parameters, drawing.parameters);
      const key = [name, own.currentThemeName(), drawing.width, drawing.height, JSON.stringify(drawing.padding)].join(" ");
      plot.ecotoneTip = drawing.tip || describeRow;
      plot.ecotoneNearest = drawing.nearest || null;
      showTooltip(null);
      if (drawing.label) { plot.setAttribute("aria-label", drawing.label); }
      const before = plot.ecotoneDrawn;
      if (before && before.key === key) {
        Object.entries(drawing.sets).forEach(([set, values]) => before.view.data(set, values));
        Object.entries(parameters).forEach(([signal, value]) => {
          if (before.signals.has(signal)) { before.view.signal(signal, value); }
        });
        return before.view.runAsync();
      }
      return embedChart(plot, name, drawing, parameters, key);
    };
    plot.ecotoneQueue = (plot.ecotoneQueue || Promise.resolve()).then(run, run);
    return plot.ecotoneQueue;
  }

  function embedChart(plot, name, drawing, parameters, key) {
    const spec = copyJson(data["chart/" + name].spec);
    fillSpecification(spec, drawing.sets, parameters);
    if (drawing.width) { spec.width = drawing.width; }
    if (drawing.height) { spec.height = drawing.height; }
    if (drawing.padding) { spec.padding = drawing.padding; }
    const options = {
      mode: "vega", renderer: "svg", actions: false, defaultStyle: false, ast: false, config: currentTheme().config,
      tooltip: (handler, event, item, value) => {
        const row = item && item.datum && (item.datum.datum || item.datum);
        if (event && value && row) { showTooltip(plot.ecotoneTip(row), event.clientX, event.clientY); } else { showTooltip(null); }
      }
    };
    if (plot.ecotoneDrawn) { plot.ecotoneDrawn.view.finalize(); }
    return window.vegaEmbed(plot, spec, options).then((result) => {
      // replace the library's role: for screen readers the chart is one labelled image
      plot.removeAttribute("aria-roledescription");
      if (plot.hasAttribute("aria-hidden")) { plot.removeAttribute("role"); } else { plot.setAttribute("role", "img"); }
      if (drawing.label) { plot.setAttribute("aria-label", drawing.label); }
      plot.querySelectorAll("svg").forEach((svg) => { svg.setAttribute("aria-hidden", "true"); svg.setAttribute("focusable", "false"); });
      plot.ecotoneDrawn = { key: key, view: result.view, signals: new Set(spec.signals.map((signal) => signal.name)) };
      return result.view;
    });
  }

  // Plot size and axes for the placement of labels (labels.js).
  function plotFrame(size, begin, finish, low, high, log) {
    const span = Math.max(finish - begin, 1);
    const part = log ? (value) => Math.log(value / low) / Math.log(high / low) : (value) => (value - low) / (high - low);
    return {
      width: size.width, height: size.height, right: size.padding.right,
      x: (row) => size.width * (row.t - begin) / span,
      y: (row) => size.height * (1 - part(row.v))
    };
  }

  // Margin for labels right of the plot; on narrow pages they are placed above the ends of the curves.
  function labelMargin(width, wanted) { return width < 430 ? 14 : width < 700 ? Math.min(wanted, 96) : wanted; }

  // Write a name that breaks only after its slash, as in the templates.
  function writeName(node, text) {
    node.replaceChildren(...text.split(/(?<=\/)(?=.)/).flatMap((part, index) => {
      const piece = document.createElement("span");
      piece.textContent = part;
      return index ? [document.createElement("wbr"), piece] : [piece];
    }));
  }
  // Link to a project's page: dot and name.
  function createProjectLink(project, root, ink) {
    const link = document.createElement(root === null ? "span" : "a"), dot = document.createElement("i"), text = document.createElement("bdi");
    link.className = "project";
    if (root !== null) { link.href = root + "project/" + project.k + ".html"; }
    dot.className = "dot";
    dot.style.background = ink || themeColour(project.colour);
    writeName(text, project.name);
    link.append(dot, text);
    return link;
  }

  function onResize(node, act) {
    let width = node.clientWidth, timer = null;
    new ResizeObserver(() => {
      if (Math.abs(node.clientWidth - width) < 4) { return; }
      width = node.clientWidth;
      clearTimeout(timer);
      timer = setTimeout(act, 80);
    }).observe(node);
  }

  window.ecotone.lib = {
    NARROW, formatMessage, formatNumber, formatChange, monthAt, formatMonth, parseMonth, nextMonth, axisTicks, decodeSeries, decodeCells,
    currentTheme, themeColour, findSignal, loadSignal, curveRows, signalStates, coverageText, splitRows, showTooltip, drawChart, labelMargin, plotFrame, createProjectLink,
    onResize
  };
})();
