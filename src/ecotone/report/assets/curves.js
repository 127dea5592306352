// The interactive chart of a category. Values, leaders and risers are precomputed in the data files.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.lib;
  const panel = document.querySelector("[data-activity]");
  if (!panel) { return; }
  const figure = panel.querySelector("figure"), form = panel.querySelector("form"), stage = panel.querySelector("[data-stage]");
  const plot = panel.querySelector("[data-plot]"), body = panel.querySelector("[data-curves]"), shapes = "shapes" in panel.dataset;
  const OFFSET = (land.since[1] - 1) % 3, LAST = land.months - 1, MOST = 8;
  const FIRST = Math.max(land.months - 120, 0); // the period begins ten years before its end, unless the reader chooses
  // category, signal, step, scale; from, to (month indexes); hidden; coloured and leader (null = default)
  const state = {};

  // ---- data ----
  function decodedValues(numbers, side, member) {
    if (!numbers[side]) { return null; }
    numbers.read = numbers.read || {};
    numbers.read[side] = numbers.read[side] || [];
    numbers.read[side][member] = numbers.read[side][member] || lib.decodeSeries(numbers[side][member], lib.findSignal(state.signal).d);
    return numbers.read[side][member];
  }

  // Monthly means of every quarter with its state; the same as `quarterly_means` in report/project_series.py.
  function quarterlyMeans(first, values, states) {
    const begin = Math.floor((first + OFFSET) / 3), finish = Math.floor((first + values.length - 1 + OFFSET) / 3), result = { values: [], states: "" };
    for (let quarter = begin; values.length && quarter <= finish; quarter += 1) {
      const steps = [0, 1, 2].map((month) => quarter * 3 - OFFSET + month - first).filter((step) => step >= 0 && step < values.length && step + first <= LAST);
      const known = steps.filter((step) => values[step] !== null), letters = steps.map((step) => states[step]).join("");
      result.values.push(known.length ? known.reduce((sum, step) => sum + values[step], 0) / known.length : null);
      result.states += letters.includes("d") ? "d" : !known.length ? "n" : /^www$/.test(letters) && known.length === 3 ? "w" : "p";
    }
    return Object.assign(result, { first: values.length ? begin : 0 });
  }
  function stepTime(now, position) { return now.quarter ? lib.monthAt(position * 3 - OFFSET) : lib.monthAt(position); }
  function stepName(now, time) {
    const day = new Date(time);
    return now.quarter ? day.getUTCFullYear() + " Q" + (day.getUTCMonth() / 3 + 1) : lib.formatMonth(time);
  }
  function stepRange(now) {
    return now.quarter ? [Math.floor((state.from + OFFSET) / 3), Math.floor((state.to + OFFSET) / 3)] : [state.from, state.to];
  }

  // Steps of a project within the period: index of the first, values, states, bounds.
  function memberSeries(now, member) {
    const project = land.projects[member], sides = {};
    let series = { first: project.first, values: decodedValues(now.numbers, "m", member), states: lib.signalStates(now.numbers, member) };
    ["low", "high"].forEach((side) => { sides[side] = decodedValues(now.numbers, side, member); });
    if (now.quarter) {
      ["low", "high"].forEach((side) => { sides[side] = sides[side] && quarterlyMeans(project.first, sides[side], series.states).values; });
      series = quarterlyMeans(series.first, series.values, series.states);
    }
    const [a, b] = stepRange(now), from = Math.max(a - series.first, 0), to = Math.max(b - series.first + 1, from);
    const cut = (list) => list && list.slice(from, to);
    return { first: series.first + from, values: cut(series.values), states: series.states.slice(from, to), low: cut(sides.low), high: cut(sides.high), all: series };
  }
  // Highest complete value of the full period, so that shares of the peak do not depend on the selection.
  function seriesPeak(series) {
    const whole = series.all.values.filter((value, step) => value !== null && series.all.states[step] === "w");
    return whole.length ? Math.max(...whole) : null;
  }

  function currentView() {
    const index = Math.max(land.categories.findIndex((category) => category.k === state.category), 0);
    const signal = lib.findSignal(state.signal), numbers = data["signal/" + signal.name], leaders = numbers.leaders[index];
    const hide = state.leader === null ? leaders.off && leaders.leader !== leaders.riser : state.leader === "hidden";
    const coloured = state.coloured ? Array.from(state.coloured) : Array.from(new Set([leaders.leader, ...leaders.focus, leaders.riser])).filter((member) => member !== null);
    return {
      category: land.categories[index], signal: signal, numbers: numbers, leaders: leaders, quarter: state.step === "quarter",
      colours: chartColours(coloured, leaders.riser), scale: state.scale, hideLeader: hide && leaders.leader !== null && state.scale !== "peak"
    };
  }
  // Drawn colours: at most eight, no two alike, the others grey; the same as `choose_chart_colours` in report/highlighted_projects.py.
  function chartColours(members, riser) {
    const coloured = members.filter((member) => member === riser).concat(members.filter((member) => member !== riser)).slice(0, MOST), chosen = new Map();
    const taken = (index) => Array.from(chosen.values()).includes(index), size = lib.currentTheme().palette.length;
    coloured.forEach((member) => {
      const own = member === riser ? "riser" : land.projects[member].colour % size;
      if (!taken(own)) { chosen.set(member, own); }
    });
    coloured.filter((member) => !chosen.has(member)).forEach((member) => {
      let index = 0;
      while (taken(index)) { index += 1; }
      chosen.set(member, index);
    });
    return chosen;
  }
  function emphasis(now, member) {
    return !now.colours.has(member) ? 0 : member === now.leaders.riser ? 2 : 1;
  }
  function memberColour(now, member) {
    return lib.themeColour(now.colours.has(member) ? now.colours.get(member) : "muted");
  }
  function isOffScale(now, member) { return now.hideLeader && member === now.leaders.leader; }

  // ---- rows ----
  function scaledValue(now, series, peak, value) {
    if (value === null || value === undefined) { return null; }
    if (now.scale === "peak") { return peak ? value / peak : null; }
    return now.scale === "log" && value <= 0 ? null : value;
  }
  function memberRows(now, member) {
    const series = memberSeries(now, member), project = land.projects[member], heavy = emphasis(now, member), peak = now.scale === "peak" ? seriesPeak(series) : null;
    const times = series.values.map((value, step) => stepTime(now, series.first + step));
    const style = {
      k: project.k, name: project.name, f: heavy, c: memberColour(now, member),
      tag: heavy === 2 ? lib.formatChange(now.numbers.standings[member][2]) + " " + project.label : project.label
    };
    return lib.curveRows(style, times, series.values.map((value) => scaledValue(now, series, peak, value)), series.states).map((row, step) => {
      row.m = member;
      row.raw = series.values[step];
      row.bounds = series.low && series.low[step] !== null ? [series.low[step], series.high[step]] : null;
      return row;
    });
  }
  function visibleMembers(now) {
    return now.category.members.filter((member) => !state.hidden.has(member) && !isOffScale(now, member))
      .sort((a, b) => emphasis(now, a) - emphasis(now, b));
  }
  function visibleRows(now) { return visibleMembers(now).flatMap((member) => memberRows(now, member)); }

  // Mark of the hidden leader: its highest complete value in the selected period.
  function offScaleRows(now, narrow) {
    const leader = now.leaders.leader;
    if (leader === null || !isOffScale(now, leader) || state.hidden.has(leader)) { return []; }
    const series = memberSeries(now, leader);
    let at = -1;
    series.values.forEach((value, step) => {
      if (value !== null && series.states[step] === "w" && (at < 0 || value > series.values[at])) { at = step; }
    });
    if (at < 0) { return []; }
    const time = stepTime(now, series.first + at), [a, b] = stepRange(now);
    const words = { name: land.projects[leader].name, peak: lib.formatNumber(series.values[at], now.signal.share), month: stepName(now, time) };
    return [{
      t: time, c: memberColour(now, leader), align: series.first + at < (a + b) / 2 ? "left" : "right", m: leader,
      text: lib.formatMessage(narrow ? "away_short" : "away", words)
    }];
  }

  // ---- drawing ----
  // Powers of ten between two values, for small ranges also their multiples of two and five.
  function logTicks(low, high) {
    const ticks = [], steps = Math.log10(high / low) > 3.2 ? [1] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
      steps.forEach((step) => { const value = step * Math.pow(10, power); if (value >= low && value <= high) { ticks.push(value); } });
    }
    return ticks;
  }

  function buildSpecification(now) {
    const name = now.scale === "log" ? "curves-log" : "curves", spec = data["chart/" + name].spec, drawn = visibleRows(now);
    const room = plot.clientWidth, narrow = room < lib.NARROW, padding = Object.assign({}, spec.padding);
    padding.right = lib.labelMargin(room, padding.right);
    if (narrow) { padding.left = 40; }
    const size = { width: Math.max(room - padding.left - padding.right, 120), height: narrow ? 330 : spec.height, padding: padding };
    const values = drawn.filter((row) => row.v !== null).map((row) => row.v), high = (values.length ? Math.max(...values) : 1) || 1;
    const low = now.scale !== "log" ? Math.min(0, ...values) : values.length ? Math.min(...values) / 1.1 : 0.1;
    const [a, b] = stepRange(now), begin = stepTime(now, a), finish = stepTime(now, Math.max(b, a + 1)), top = high * 1.05;
    const frame = lib.plotFrame(size, begin, finish, low, top, now.scale === "log");
    return Object.assign(size, {
      name: name, place: frame, begin: begin, finish: finish,
      parameters: {
        begin: begin, finish: finish, lo: low, hi: top, percent: now.scale === "peak" || now.signal.share,
        ticks: lib.axisTicks(size.width, begin, finish), rungs: now.scale === "log" ? logTicks(low, top) : []
      },
      rows: drawn,
      sets: Object.assign(lib.splitRows(drawn, frame), { labels: lib.placeLabels(drawn, frame, lib.currentTheme().config.font), away: offScaleRows(now, narrow) })
    });
  }

  function unitText(now) {
    let text = own.inLanguage(now.signal.unit);
    if (now.scale === "peak") { text = lib.formatMessage("of_peak_unit"); }
    if (now.quarter) { text = lib.formatMessage("mean_month", { unit: text }); }
    return now.scale === "log" ? text + " (" + lib.formatMessage("log_zero") + ")" : text;
  }
  function periodText() { return lib.formatMessage("span", { since: lib.formatMonth(lib.monthAt(state.from)), until: lib.formatMonth(lib.monthAt(state.to)) }); }
  function coverageText(now) {
    const letters = visibleMembers(now).map((member) => lib.signalStates(now.numbers, member).slice(Math.max(state.from - land.projects[member].first, 0),
      Math.max(state.to - land.projects[member].first + 1, 0))).join("");
    return lib.coverageText(letters);
  }
  function chartLabel(now) {
    return lib.formatMessage("chart_label", { signal: own.inLanguage(now.signal.title), category: own.inLanguage(now.category.title), count: visibleMembers(now).length });
  }

  function updateCaption(now) {
    const leader = now.leaders.leader;
    form.elements.hide_leader.disabled = now.scale === "peak" || leader === null;
    form.elements.hide_leader.checked = now.hideLeader;
    panel.querySelector("[data-unit]").textContent = unitText(now);
    panel.querySelector("[data-formula]").textContent = now.signal.formula;
    panel.querySelector("[data-period]").textContent = periodText();
    panel.querySelector("[data-coverage]").textContent = coverageText(now);
    panel.querySelector("[data-source]").textContent = own.inLanguage(now.signal.source[now.category.k]);
    panel.querySelector("[data-definition]").textContent = own.inLanguage(now.signal.definition);
    const whole = form.querySelector("[data-whole]");
    if (whole) { whole.hidden = state.from === 0 && state.to === LAST; }
  }

  // ---- data table ----
  function addCell(row, text, kind) {
    const node = row.insertCell();
    node.textContent = text;
    node.className = kind || "";
    return node;
  }
  function addCheckbox(row, kind, member, toggle) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.dataset[kind] = land.projects[member].k;
    input.setAttribute("aria-label", lib.formatMessage(kind, { name: land.projects[member].name }));
    input.addEventListener("change", () => toggle(input.checked));
    row.insertCell().append(input);
  }
  function createTableRow(now, member) {
    const project = land.projects[member], latest = now.numbers.standings[member], row = document.createElement("tr"), head = document.createElement("th");
    row.ecotoneMember = member;
    head.scope = "row";
    head.append(lib.createProjectLink(project, "", memberColour(now, member)));
    row.append(head);
    addCheckbox(row, "show", member, (on) => { if (on) { state.hidden.delete(member); } else { state.hidden.add(member); } showChart(); });
    addCheckbox(row, "colour", member, (on) => setHighlight(member, on));
    if (shapes) {
      addCell(row, project.shape ? own.inLanguage(project.shape) : lib.formatNumber(null));
      addCell(row, project.now ? own.inLanguage(project.now) : lib.formatNumber(null), project.now ? "now " + project.now[2] : "");
    }
    addCell(row, lib.formatNumber(latest[0], now.signal.share), "n");
    addCell(row, lib.formatChange(latest[2]), "n " + (member === now.leaders.riser ? "riser" : ""));
    addCell(row, latest[4] === null ? lib.formatNumber(null) : lib.formatMonth(lib.monthAt(latest[4])), "n");
    addCell(row, latest[3] ? lib.formatNumber(latest[0] / latest[3], true) : lib.formatNumber(null), "n");
    return row;
  }
  function updateTable(now) {
    const key = [state.category, state.signal, own.currentLanguage(), own.currentThemeName()].join(" ");
    if (body.dataset.key !== key) {
      const order = now.category.members.slice().sort((a, b) => (now.numbers.standings[b][0] || 0) - (now.numbers.standings[a][0] || 0));
      body.replaceChildren(...order.map((member) => createTableRow(now, member)));
      body.dataset.key = key;
    }
    Array.from(body.rows).forEach((row) => {
      row.querySelector("[data-show]").checked = !state.hidden.has(row.ecotoneMember);
      row.querySelector("[data-colour]").checked = emphasis(now, row.ecotoneMember) > 0;
      row.querySelector(".dot").style.background = memberColour(now, row.ecotoneMember);
    });
  }
  // Values of the highlighted projects, one column per project.
  function fillValuesTable(now) {
    const details = panel.querySelector("[data-table]"), node = details.querySelector("table");
    if (!details.open) { return; }
    const shown = visibleMembers(now).filter((member) => emphasis(now, member) > 0).reverse(), head = document.createElement("tr"), columns = shown.map((member) => memberSeries(now, member));
    head.append(...[lib.formatMessage("month"), ...shown.map((member) => land.projects[member].name)].map((text, index) => {
      const title = document.createElement("th");
      title.scope = "col"; title.textContent = text; title.className = index ? "n" : "";
      return title;
    }));
    node.replaceChildren(document.createElement("thead"), document.createElement("tbody"));
    node.tHead.append(head);
    for (let [at, b] = stepRange(now); at <= b; at += 1) {
      const row = node.tBodies[0].insertRow(), title = document.createElement("th");
      title.scope = "row"; title.textContent = stepName(now, stepTime(now, at)); row.append(title);
      columns.forEach((series) => {
        const step = at - series.first, letter = series.states[step];
        const text = lib.formatNumber(step >= 0 && step < series.values.length ? series.values[step] : null, now.signal.share);
        addCell(row, letter && letter !== "w" ? text + " (" + lib.formatMessage("state_" + letter) + ")" : text, "n");
      });
    }
  }

  // ---- reading values by pointer, touch and arrow keys ----
  const SVG = "http://www.w3.org/2000/svg", over = document.createElementNS(SVG, "svg");
  const mark = document.createElementNS(SVG, "circle"), band = document.createElementNS(SVG, "path"), trace = document.createElementNS(SVG, "path"), brush = document.createElementNS(SVG, "rect");
  over.setAttribute("class", "over"); over.setAttribute("aria-hidden", "true");
  mark.setAttribute("r", "5"); brush.setAttribute("class", "brush"); band.setAttribute("class", "band"); trace.setAttribute("class", "trace");
  over.append(band, trace, mark, brush);
  stage.append(over);
  let drawing = null, at = null, press = null;

  function clearMark() { at = null; [mark, band, trace].forEach((node) => node.setAttribute("visibility", "hidden")); lib.showTooltip(null); }
  function rowPosition(row) { return [drawing.padding.left + drawing.place.x(row), drawing.padding.top + drawing.place.y(row)]; }
  function svgPath(points) { return points.map((point, index) => (index ? "L" : "M") + point.map((value) => value.toFixed(1)).join(" ")).join(""); }
  function describeRow(row) {
    const lines = [[null, row.name], [lib.formatMessage("tip_month"), stepName(drawing.now, row.t)], [lib.formatMessage("tip_value"), lib.formatNumber(row.raw, drawing.now.signal.share)]];
    if (drawing.now.scale === "peak") { lines.push([lib.formatMessage("tip_of_peak"), lib.formatNumber(row.v, true)]); }
    if (row.bounds) { lines.push([lib.formatMessage("tip_bounds"), row.bounds.map((value) => lib.formatNumber(value, drawing.now.signal.share)).join(" – ")]); }
    lines.push([lib.formatMessage("tip_coverage"), lib.formatMessage("state_" + row.s)]);
    return lines;
  }
  function markRow(row, x, y) {
    const mine = drawing.rows.filter((candidate) => candidate.m === row.m && candidate.v !== null), point = rowPosition(row);
    at = row;
    mark.setAttribute("cx", point[0]); mark.setAttribute("cy", point[1]); mark.style.fill = memberColour(drawing.now, row.m);
    trace.setAttribute("d", svgPath(mine.map(rowPosition))); trace.style.stroke = memberColour(drawing.now, row.m);
    const bounded = drawing.now.scale === "linear" ? mine.filter((candidate) => candidate.bounds) : [];
    const side = (bound) => bounded.map((candidate) => rowPosition(Object.assign({}, candidate, { v: Math.min(candidate.bounds[bound], drawing.parameters.hi) })));
    band.setAttribute("d", bounded.length > 1 ? svgPath(side(0).concat(side(1).reverse())) + "Z" : "");
    band.style.fill = memberColour(drawing.now, row.m);
    [mark, band, trace].forEach((node) => node.removeAttribute("visibility"));
    const box = stage.getBoundingClientRect();
    lib.showTooltip(describeRow(row), x ?? box.left + point[0], y ?? box.top + point[1]);
    const steps = drawing.steps;
    stage.setAttribute("aria-valuenow", String(steps.indexOf(row.t)));
    stage.setAttribute("aria-valuetext", describeRow(row).map(([name, text]) => (name ? name + " " : "") + text).join(lib.formatMessage("comma")));
  }
  function nearestRow(x, y) {
    let best = null, least = Infinity;
    drawing.rows.forEach((row) => {
      if (row.v === null) { return; }
      const point = rowPosition(row), apart = Math.hypot((point[0] - x) * 2, point[1] - y) - (row.f ? 3 : 0); // highlighted curves are preferred
      if (apart < least) { least = apart; best = row; }
    });
    return least < 90 ? best : null;
  }
  function stagePosition(event) { const box = stage.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }
  function monthIndexAt(x) {
    const time = drawing.begin + (drawing.finish - drawing.begin) * (x - drawing.padding.left) / drawing.width;
    const day = new Date(Math.min(Math.max(time, drawing.begin), drawing.finish) + 15 * 864e5);
    return (day.getUTCFullYear() - land.since[0]) * 12 + day.getUTCMonth() - (land.since[1] - 1);
  }

  stage.addEventListener("pointermove", (event) => {
    if (!drawing) { return; }
    const [x, y] = stagePosition(event);
    if (press && form.elements.from && Math.abs(x - press[0]) > 8) {
      const left = Math.min(x, press[0]);
      press.moved = true;
      clearMark();
      [["x", left], ["y", drawing.padding.top], ["width", Math.abs(x - press[0])], ["height", drawing.height]].forEach(([key, value]) => brush.setAttribute(key, value));
      brush.removeAttribute("visibility");
      return;
    }
    const row = nearestRow(x, y);
    if (row) { markRow(row, event.clientX, event.clientY); } else { clearMark(); }
  });
  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") {
      const row = drawing && nearestRow(...stagePosition(event));
      if (row) { markRow(row, event.clientX, event.clientY); }
    } else if (event.button === 0) { press = stagePosition(event); }
  });
  window.addEventListener("pointerup", (event) => {
    const before = press;
    press = null;
    brush.setAttribute("visibility", "hidden");
    if (!before || !drawing) { return; }
    const [x, y] = stagePosition(event);
    if (before.moved) {
      const ends = [monthIndexAt(before[0]), monthIndexAt(x)].sort((a, b) => a - b);
      setPeriod(ends[0], ends[1]);
    } else if (stage.contains(event.target)) {
      const row = nearestRow(x, y), named = event.target.textContent && drawing.sets.labels.find((label) => label.text === event.target.textContent);
      if (named || row) { const member = (named || row).m; setHighlight(member, emphasis(drawing.now, member) === 0); }
    }
  });
  stage.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") { clearMark(); } }); // a lifted finger leaves the value
  document.addEventListener("pointerdown", (event) => { if (event.pointerType === "touch" && !stage.contains(event.target)) { clearMark(); } });
  stage.addEventListener("blur", clearMark);
  brush.setAttribute("visibility", "hidden");

  // Left and right move along a curve, up and down to the next curve of the month, Enter highlights it.
  function nextRow(key) {
    const visible = drawing.rows.filter((row) => row.v !== null);
    if (!visible.length) { return null; }
    if (!at) { return visible.filter((row) => row.named).pop() || visible[visible.length - 1]; }
    const mine = visible.filter((row) => row.m === at.m).sort((a, b) => a.t - b.t), now = mine.findIndex((row) => row.t === at.t);
    if (key === "ArrowLeft" || key === "ArrowRight") { return mine[Math.min(Math.max(now + (key === "ArrowLeft" ? -1 : 1), 0), mine.length - 1)]; }
    if (key === "Home" || key === "End") { return key === "Home" ? mine[0] : mine[mine.length - 1]; }
    const here = visible.filter((row) => row.t === at.t).sort((a, b) => b.v - a.v || a.m - b.m), position = here.findIndex((row) => row.m === at.m);
    return here[Math.min(Math.max(position + (key === "ArrowUp" ? -1 : 1), 0), here.length - 1)];
  }
  stage.addEventListener("keydown", (event) => {
    if (!drawing) { return; }
    if (["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) {
      const row = nextRow(event.key);
      if (row) { markRow(row); }
      event.preventDefault();
    } else if (at && (event.key === "Enter" || event.key === " ")) {
      const marked = at;
      setHighlight(at.m, emphasis(drawing.now, at.m) === 0).then(() => {
        const row = drawing.rows.find((candidate) => candidate.m === marked.m && candidate.t === marked.t);
        if (row) { markRow(row); }
      });
      event.preventDefault();
    } else if (event.key === "Escape") { clearMark(); }
  });

  // ---- state, address ----
  function memberKeys(members) { return Array.from(members).map((member) => land.projects[member].k).join(","); }
  function parseKeys(text) {
    return new Set((text || "").split(",").map((key) => land.projects.findIndex((project) => project.k === key)).filter((member) => member >= 0));
  }
  function parseMonthIndex(text, otherwise) {
    const match = /^(\d{4})-(\d{2})$/.exec(text || ""), position = match ? (match[1] - land.since[0]) * 12 + (match[2] - land.since[1]) : NaN;
    return position >= 0 && position <= LAST ? position : otherwise;
  }
  function readState() {
    const address = own.readAddress(), first = land.categories[0].k;
    state.category = land.categories.some((category) => category.k === address.get("field")) ? address.get("field") : first;
    state.signal = lib.findSignal(address.get("signal")) && !lib.findSignal(address.get("signal")).text ? address.get("signal") : land.main;
    state.step = address.get("step") === "quarter" ? "quarter" : "month";
    state.scale = ["log", "peak"].includes(address.get("scale")) ? address.get("scale") : "linear";
    state.from = parseMonthIndex(address.get("from"), FIRST);
    state.to = Math.max(parseMonthIndex(address.get("to"), LAST), state.from);
    state.hidden = parseKeys(address.get("hidden"));
    state.coloured = address.has("colour") ? parseKeys(address.get("colour")) : null;
    state.leader = ["shown", "hidden"].includes(address.get("leader")) ? address.get("leader") : null;
    fillForm();
  }
  function fillForm() {
    const fields = { category: state.category, signal: state.signal, step: state.step, scale: state.scale, from: lib.formatMonth(lib.monthAt(state.from)), to: lib.formatMonth(lib.monthAt(state.to)) };
    Object.entries(fields).forEach(([name, value]) => { if (form.elements[name]) { form.elements[name].value = value; } });
  }
  function writeState() {
    own.updateAddress({
      field: state.category === land.categories[0].k ? null : state.category, signal: state.signal === land.main ? null : state.signal,
      step: state.step === "month" ? null : state.step, scale: state.scale === "linear" ? null : state.scale,
      from: state.from === FIRST ? null : lib.formatMonth(lib.monthAt(state.from)), to: state.to === LAST ? null : lib.formatMonth(lib.monthAt(state.to)),
      hidden: memberKeys(state.hidden) || null, colour: state.coloured ? memberKeys(state.coloured) || "none" : null, leader: state.leader
    });
    const link = document.querySelector("[data-more]");
    if (link) { link.href = "curves.html" + location.hash; }
  }
  function setPeriod(from, to) {
    state.from = Math.min(Math.max(from, 0), LAST);
    state.to = Math.min(Math.max(to, state.from), LAST);
    fillForm();
    showChart();
  }
  function setHighlight(member, on) {
    const now = currentView();
    if (!state.coloured) { state.coloured = new Set(now.category.members.filter((candidate) => emphasis(now, candidate) > 0)); }
    state.coloured.delete(member);
    if (on) { // the first one that was coloured makes room
      const others = Array.from(state.coloured).filter((candidate) => candidate !== now.leaders.riser);
      if (state.coloured.size >= MOST) { state.coloured.delete(others[0]); }
      state.coloured.add(member);
    }
    return showChart();
  }

  function showChart() {
    const begun = performance.now();
    writeState();
    return new Promise((done) => lib.loadSignal(state.signal, "").then(() => {
      const now = currentView();
      updateCaption(now);
      updateTable(now);
      fillValuesTable(now);
      drawing = Object.assign(buildSpecification(now), { now: now });
      drawing.steps = Array.from(new Set(drawing.rows.map((row) => row.t))).sort((a, b) => a - b);
      const text = chartLabel(now);
      stage.setAttribute("aria-label", text + lib.formatMessage("keys"));
      stage.setAttribute("aria-valuemax", String(Math.max(drawing.steps.length - 1, 0)));
      stage.setAttribute("aria-valuetext", text);
      panel.querySelector("[data-status]").textContent = text + " " + periodText();
      clearMark();
      lib.drawChart(plot, drawing.name, drawing).then(() => {
        figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1);
        figure.dataset.took = String(Math.round(performance.now() - begun));
        done();
      });
    }));
  }

  // ---- controls ----
  form.addEventListener("change", (event) => {
    const name = event.target.name, value = event.target.value;
    if (name === "hide_leader") { state.leader = event.target.checked ? "hidden" : "shown"; }
    if (["category", "signal", "step", "scale"].includes(name)) { state[name] = value; }
    if (name === "category") { state.hidden.clear(); state.coloured = null; }
    if (name === "category" || name === "signal") { state.leader = null; }
    if (name === "from") { setPeriod(parseMonthIndex(value, 0), Math.max(state.to, parseMonthIndex(value, 0))); return; }
    if (name === "to") { setPeriod(Math.min(state.from, parseMonthIndex(value, LAST)), parseMonthIndex(value, LAST)); return; }
    showChart();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) { return; }
    if ("whole" in button.dataset) { setPeriod(0, LAST); }
    if ("all" in button.dataset) { state.hidden.clear(); showChart(); }
    if ("none" in button.dataset) { state.hidden = new Set(currentView().category.members); showChart(); }
    if ("reset" in button.dataset) { state.hidden.clear(); state.coloured = null; state.leader = null; showChart(); }
  });
  panel.querySelector("[data-table]").addEventListener("toggle", () => fillValuesTable(currentView()));
  document.addEventListener("ecotone:changed", showChart);
  document.addEventListener("ecotone:address", readState);
  lib.onResize(plot, showChart);

  // Rows of the CSV file: the drawn steps of the visible projects.
  function csvRows() {
    const now = currentView(), head = ["project", now.quarter ? "quarter" : "month", "coverage", now.signal.name];
    const bounds = Boolean(now.numbers.low), states = { w: "complete", p: "partial", d: "damaged", n: "not_observed" };
    const rows = visibleMembers(now).sort((a, b) => a - b).flatMap((member) => {
      const series = memberSeries(now, member), peak = seriesPeak(series);
      return series.values.map((value, step) => [
        land.projects[member].name, stepName(now, stepTime(now, series.first + step)), states[series.states[step]], value,
        ...(bounds ? [series.low[step], series.high[step]] : []), ...(now.scale === "peak" ? [peak && value !== null ? value / peak : null] : [])
      ]);
    });
    return [[...head, ...(bounds ? [now.signal.name + "_low", now.signal.name + "_high"] : []), ...(now.scale === "peak" ? ["share_of_peak"] : [])], ...rows];
  }
  figure.ecotoneSave = () => {
    const now = currentView();
    return {
      name: [now.signal.name, now.category.k].join("-"), view: plot.ecotoneDrawn.view,
      title: lib.formatMessage(now.quarter ? "chart_title_quarter" : "chart_title", { signal: own.inLanguage(now.signal.title), category: own.inLanguage(now.category.title), count: now.category.members.filter((member) => /[^n]/.test(land.projects[member].s)).length }), lines: [own.inLanguage(now.signal.definition)],
      unit: unitText(now), formula: now.signal.formula, period: periodText(), source: panel.querySelector("[data-source]").innerText, coverage: coverageText(now), table: csvRows()
    };
  };
  own.chartRows = () => visibleRows(currentView());
  own.chartLabels = () => drawing.sets.labels;
  readState();
  showChart();
})();
