// What all charts share: words, numbers, months, colours, handing rows to the library, and figures drawn from data alone.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone;
  const MINUS = "\u2212", DASH = "\u2013", NARROW = 560;

  function say(key, values) {
    return own.pick(land.words[key]).replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? values[name] : all));
  }

  // The same rules as for the numbers written into the pages (text.py).
  function number(value, share) {
    if (value === null || value === undefined) { return DASH; }
    if (share) { return value > 0 && value < 0.0005 ? "<0.1%" : (value * 100).toFixed(1) + "%"; }
    const size = Math.abs(value), digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 10 ? 1 : 2;
    return (value < 0 ? MINUS : "") + size.toLocaleString("en-US", { maximumFractionDigits: digits });
  }
  function change(value) {
    if (value === null || value === undefined) { return DASH; }
    const percent = Math.round(value * 100);
    return (percent > 0 ? "+" : percent < 0 ? MINUS : "") + Math.abs(percent).toLocaleString("en-US") + "%";
  }

  function monthAt(position) { return Date.UTC(land.since[0], land.since[1] - 1 + position, 1); }
  function monthName(time) { return new Date(time).toISOString().slice(0, 7); }
  function parseMonth(text) { return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, 1); }
  function nextMonth(time) { const day = new Date(time); return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1); }

  // Januaries, or Julys too, or all quarters, or all months: as many as have room.
  function ticks(width, begin, finish) {
    const first = new Date(begin), start = first.getUTCFullYear() * 12 + first.getUTCMonth();
    const last = new Date(finish), months = last.getUTCFullYear() * 12 + last.getUTCMonth() - start + 1;
    const fit = Math.max(Math.floor(width / 60), 2), found = [];
    const every = [1, 3, 6, 12, 24, 36].find((step) => Math.floor(months / step) <= fit) || 60;
    for (let at = start; at < start + months; at += 1) {
      if (at % every === 0) { found.push(Date.UTC(Math.floor(at / 12), at % 12, 1)); }
    }
    return found;
  }

  // Series as encoding.py writes them.
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  function decode(text, decimals) {
    const scale = Math.pow(10, decimals), found = [];
    let before = 0, place = 1, rest = 0;
    for (const letter of text) {
      if (letter === "~") { found.push(null); continue; }
      const digit = LETTERS.indexOf(letter);
      rest += (digit % 32) * place;
      if (digit >= 32) { place *= 32; continue; }
      before += (rest % 2 ? -1 : 1) * Math.floor(rest / 2);
      found.push(before / scale);
      place = 1; rest = 0;
    }
    return found;
  }

  // The columns of a figure, with repeated cells told once (scripts.py, _column).
  function cells(column) { return Array.isArray(column) ? column : decode(column.at, 0).map((place) => column.of[place]); }

  // A signal's numbers of all projects, brought by a script the first time they are wanted; root leads to the report.
  const loading = {};
  function signal(name, root) {
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

  function look() { return data.themes[own.theme()]; }
  function colour(place) {
    return typeof place === "string" ? look().named[place] : look().palette[place % look().palette.length];
  }
  function signalNamed(name) { return land.signals.find((signal) => signal.name === name); }

  // One curve's rows, as charts/curves.py describes them; style has k, name, c, f and tag. rows.py makes the same.
  // A signal's states of one project, a letter a month: its own, or else the project's.
  function statesOf(numbers, member) { return (numbers.s && numbers.s[member]) || land.projects[member].s; }
  // Letters of states in words, as shares of all of them.
  function coverageOf(letters) {
    const share = (letter) => {
      const count = letters.split(letter).length - 1;
      return count ? number(count / letters.length, true).replace(".0%", "%") : "0%";
    };
    return say("coverage_of", { w: share("w"), p: share("p"), d: share("d"), n: share("n") });
  }
  function curve(style, times, values, states) {
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

  // Drawn rows by the data set of charts/curves.py that they belong to, lines as one path a curve; rows.py (sets) does
  // the same. place: x(row), y(row) in pixels
  function sets(drawn, place) {
    const groups = new Map(), found = { rows: [], part: [], damaged: [], dots: [], band: [] };
    drawn.forEach((row) => {
      if (!groups.has(row.k)) { groups.set(row.k, []); }
      groups.get(row.k).push(row);
      if (row.dot) { found.dots.push(row); }
      if ((row.low ?? null) !== null && (row.high ?? null) !== null) { found.band.push(row); }
    });
    groups.forEach((rows) => {
      [["rows", "y"], ["part", "yp"], ["damaged", "yd"]].forEach(([name, field]) => {
        const path = line(rows, field, place);
        if (path) { found[name].push({ c: rows[0].c, w: rows[0].w, path: path }); }
      });
    });
    return found;
  }
  function line(rows, field, place) {
    let path = "", on = false;
    rows.forEach((row) => {
      const known = (row[field] ?? null) !== null;
      if (known) { path += (on ? "L" : "M") + place.x(row).toFixed(1) + "," + place.y(row).toFixed(1); }
      on = known;
    });
    return path;
  }

  // What the pointer gets: a row's own words, set as text.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  // lines: [label, text], the first a heading without a label
  function point(lines, x, y) {
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

  function described(row) {
    const lines = [[null, row.name || row.when]];
    if (row.name) { lines.push([say("tip_month"), row.when]); }
    lines.push([say("tip_value"), row.shown]);
    if (row.bounds) { lines.push([say("tip_bounds"), row.bounds]); }
    if (row.coverage) { lines.push([say("tip_coverage"), row.coverage]); }
    return lines;
  }

  function copy(value) { return JSON.parse(JSON.stringify(value)); }
  function put(spec, sets, parameters) {
    spec.signals.forEach((signal) => { if (signal.name in parameters) { signal.value = parameters[signal.name]; } });
    spec.data.forEach((set) => { if (set.name in sets) { set.values = sets[set.name]; } });
  }

  // Hand a chart its rows. drawing: sets, parameters, width, height, padding, label, tip (row -> lines, or nothing).
  // The same chart at the same size is told the new rows and draws only those.
  function draw(plot, name, drawing) {
    const run = () => {
      const parameters = Object.assign({}, look().parameters, drawing.parameters);
      const key = [name, own.theme(), drawing.width, drawing.height, JSON.stringify(drawing.padding)].join(" ");
      plot.ecotoneTip = drawing.tip || described;
      point(null);
      if (drawing.label) { plot.setAttribute("aria-label", drawing.label); }
      const before = plot.ecotoneDrawn;
      if (before && before.key === key) {
        Object.entries(drawing.sets).forEach(([set, values]) => before.view.data(set, values));
        Object.entries(parameters).forEach(([signal, value]) => {
          if (before.signals.has(signal)) { before.view.signal(signal, value); }
        });
        return before.view.runAsync();
      }
      return embed(plot, name, drawing, parameters, key);
    };
    plot.ecotoneQueue = (plot.ecotoneQueue || Promise.resolve()).then(run, run);
    return plot.ecotoneQueue;
  }

  function embed(plot, name, drawing, parameters, key) {
    const spec = copy(data["chart/" + name].spec);
    put(spec, drawing.sets, parameters);
    if (drawing.width) { spec.width = drawing.width; }
    if (drawing.height) { spec.height = drawing.height; }
    if (drawing.padding) { spec.padding = drawing.padding; }
    const options = {
      mode: "vega", renderer: "svg", actions: false, defaultStyle: false, ast: false, config: look().config,
      tooltip: (handler, event, item, value) => {
        const row = item && item.datum && (item.datum.datum || item.datum);
        if (event && value && row) { point(plot.ecotoneTip(row), event.clientX, event.clientY); } else { point(null); }
      }
    };
    if (plot.ecotoneDrawn) { plot.ecotoneDrawn.view.finalize(); }
    return window.vegaEmbed(plot, spec, options).then((result) => {
      // the library gives the node a role of its own; to readers it is one labelled image, its numbers are in a table
      plot.removeAttribute("aria-roledescription");
      if (plot.hasAttribute("aria-hidden")) { plot.removeAttribute("role"); } else { plot.setAttribute("role", "img"); }
      if (drawing.label) { plot.setAttribute("aria-label", drawing.label); }
      plot.querySelectorAll("svg").forEach((svg) => { svg.setAttribute("aria-hidden", "true"); svg.setAttribute("focusable", "false"); });
      plot.ecotoneDrawn = { key: key, view: result.view, signals: new Set(spec.signals.map((signal) => signal.name)) };
      return result.view;
    });
  }

  // The plot's place among names at the ends of curves: see labels.js.
  function frame(size, begin, finish, low, high, log) {
    const span = Math.max(finish - begin, 1);
    const part = log ? (value) => Math.log(value / low) / Math.log(high / low) : (value) => (value - low) / (high - low);
    return {
      width: size.width, height: size.height, right: size.padding.right,
      x: (row) => size.width * (row.t - begin) / span,
      y: (row) => size.height * (1 - part(row.v))
    };
  }

  // Names stand right of the plot where the page has room, above their curves' ends where it has not.
  function roomForNames(width, wanted) { return width < 430 ? 14 : width < 700 ? Math.min(wanted, 96) : wanted; }

  // A name that breaks after its slash and nowhere else, as in the pages' own markup.
  function name(node, text) {
    node.replaceChildren(...text.split(/(?<=\/)(?=.)/).flatMap((part, place) => {
      const piece = document.createElement("span");
      piece.textContent = part;
      return place ? [document.createElement("wbr"), piece] : [piece];
    }));
  }
  // A project's name with its dot, leading to its page.
  function projectLink(project, root, ink) {
    const link = document.createElement(root === null ? "span" : "a"), dot = document.createElement("i"), text = document.createElement("bdi");
    link.className = "project";
    if (root !== null) { link.href = root + "project/" + project.k + ".html"; }
    dot.className = "dot";
    dot.style.background = ink || colour(project.colour);
    name(text, project.name);
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
    NARROW: NARROW, say: say, number: number, change: change, monthAt: monthAt, monthName: monthName, parseMonth: parseMonth,
    nextMonth: nextMonth, ticks: ticks, decode: decode, cells: cells, look: look, colour: colour, signalNamed: signalNamed, signal: signal, curve: curve, statesOf: statesOf, coverageOf: coverageOf, sets: sets,
    point: point, draw: draw, roomForNames: roomForNames, frame: frame, name: name, projectLink: projectLink, onResize: onResize, copy: copy
  };
})();
