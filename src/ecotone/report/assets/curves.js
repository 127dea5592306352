// The chart of a field. Numbers, leaders and risers come computed; here they are picked, coloured and drawn.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.lib;
  const panel = document.querySelector("[data-activity]");
  if (!panel) { return; }
  const figure = panel.querySelector("figure"), form = panel.querySelector("form"), stage = panel.querySelector("[data-stage]");
  const plot = panel.querySelector("[data-plot]"), body = panel.querySelector("[data-curves]"), shapes = "shapes" in panel.dataset;
  const OFFSET = (land.since[1] - 1) % 3, LAST = land.months - 1;
  // category, signal, step, scale; from, to (positions); hidden; coloured (null = the computed choice); leader (null = likewise)
  const state = {};

  // ---- data ----
  function decoded(numbers, side, member) {
    if (!numbers[side]) { return null; }
    numbers.read = numbers.read || {};
    numbers.read[side] = numbers.read[side] || [];
    numbers.read[side][member] = numbers.read[side][member] || lib.decode(numbers[side][member], lib.signalNamed(state.signal).d);
    return numbers.read[side][member];
  }

  // The mean month of every quarter, in part or damaged as its months are; series.py (quarters) does the same.
  function quarterly(first, values, states) {
    const begin = Math.floor((first + OFFSET) / 3), finish = Math.floor((first + values.length - 1 + OFFSET) / 3), found = { values: [], states: "" };
    for (let quarter = begin; values.length && quarter <= finish; quarter += 1) {
      const steps = [0, 1, 2].map((month) => quarter * 3 - OFFSET + month - first).filter((step) => step >= 0 && step < values.length && step + first <= LAST);
      const known = steps.filter((step) => values[step] !== null), letters = steps.map((step) => states[step]).join("");
      found.values.push(known.length ? known.reduce((sum, step) => sum + values[step], 0) / known.length : null);
      found.states += letters.includes("d") ? "d" : !known.length ? "n" : /^www$/.test(letters) && known.length === 3 ? "w" : "p";
    }
    return Object.assign(found, { first: values.length ? begin : 0 });
  }
  function stepAt(now, position) { return now.quarter ? lib.monthAt(position * 3 - OFFSET) : lib.monthAt(position); }
  function stepName(now, time) {
    const day = new Date(time);
    return now.quarter ? day.getUTCFullYear() + " Q" + (day.getUTCMonth() / 3 + 1) : lib.monthName(time);
  }
  function span(now) {
    return now.quarter ? [Math.floor((state.from + OFFSET) / 3), Math.floor((state.to + OFFSET) / 3)] : [state.from, state.to];
  }

  // A member's steps within the period: position of the first, values, states, bounds.
  function seriesOf(now, member) {
    const project = land.projects[member], sides = {};
    let found = { first: project.first, values: decoded(now.numbers, "m", member), states: lib.statesOf(now.numbers, member) };
    ["low", "high"].forEach((side) => { sides[side] = decoded(now.numbers, side, member); });
    if (now.quarter) {
      ["low", "high"].forEach((side) => { sides[side] = sides[side] && quarterly(project.first, sides[side], found.states).values; });
      found = quarterly(found.first, found.values, found.states);
    }
    const [a, b] = span(now), from = Math.max(a - found.first, 0), to = Math.max(b - found.first + 1, from);
    const cut = (list) => list && list.slice(from, to);
    return { first: found.first + from, values: cut(found.values), states: found.states.slice(from, to), low: cut(sides.low), high: cut(sides.high), all: found };
  }
  // The highest whole step; of the whole period, so that a share of the peak does not change with what is shown.
  function peakOf(series) {
    const whole = series.all.values.filter((value, step) => value !== null && series.all.states[step] === "w");
    return whole.length ? Math.max(...whole) : null;
  }

  function chosen() {
    const place = Math.max(land.categories.findIndex((category) => category.k === state.category), 0);
    const signal = lib.signalNamed(state.signal), numbers = data["signal/" + signal.name], leaders = numbers.leaders[place];
    const hide = state.leader === null ? leaders.off && leaders.leader !== leaders.riser : state.leader === "hidden";
    return {
      category: land.categories[place], signal: signal, numbers: numbers, leaders: leaders, quarter: state.step === "quarter",
      scale: state.scale, hideLeader: hide && leaders.leader !== null && state.scale !== "peak"
    };
  }
  function weight(now, member) {
    if (member === now.leaders.riser) { return state.coloured && !state.coloured.has(member) ? 0 : 2; }
    if (state.coloured) { return state.coloured.has(member) ? 1 : 0; }
    return member === now.leaders.leader || now.leaders.focus.includes(member) ? 1 : 0;
  }
  function ink(now, member) {
    return member === now.leaders.riser ? lib.colour("riser") : lib.colour(land.projects[member].colour);
  }
  function away(now, member) { return now.hideLeader && member === now.leaders.leader; }

  // ---- rows ----
  function drawable(now, series, peak, value) {
    if (value === null || value === undefined) { return null; }
    if (now.scale === "peak") { return peak ? value / peak : null; }
    return now.scale === "log" && value <= 0 ? null : value;
  }
  function rowsOf(now, member) {
    const series = seriesOf(now, member), project = land.projects[member], heavy = weight(now, member), peak = now.scale === "peak" ? peakOf(series) : null;
    const times = series.values.map((value, step) => stepAt(now, series.first + step));
    const style = {
      k: project.k, name: project.name, f: heavy, c: heavy ? ink(now, member) : lib.colour("muted"),
      tag: heavy === 2 ? lib.change(now.numbers.standings[member][2]) + " " + project.label : project.label
    };
    return lib.curve(style, times, series.values.map((value) => drawable(now, series, peak, value)), series.states).map((row, step) => {
      row.m = member;
      row.raw = series.values[step];
      row.bounds = series.low && series.low[step] !== null ? [series.low[step], series.high[step]] : null;
      return row;
    });
  }
  function members(now) {
    return now.category.members.filter((member) => !state.hidden.has(member) && !away(now, member))
      .sort((a, b) => weight(now, a) - weight(now, b));
  }
  function rows(now) { return members(now).flatMap((member) => rowsOf(now, member)); }

  // Where the hidden leader would be: its highest whole step of the period shown.
  function awayRows(now, narrow) {
    const leader = now.leaders.leader;
    if (leader === null || !away(now, leader) || state.hidden.has(leader)) { return []; }
    const series = seriesOf(now, leader);
    let at = -1;
    series.values.forEach((value, step) => {
      if (value !== null && series.states[step] === "w" && (at < 0 || value > series.values[at])) { at = step; }
    });
    if (at < 0) { return []; }
    const time = stepAt(now, series.first + at), [a, b] = span(now);
    const words = { name: land.projects[leader].name, peak: lib.number(series.values[at], now.signal.share), month: stepName(now, time) };
    return [{
      t: time, c: ink(now, leader), align: series.first + at < (a + b) / 2 ? "left" : "right", m: leader,
      text: lib.say(narrow ? "away_short" : "away", words)
    }];
  }

  // ---- drawing ----
  // Powers of ten between two values; twice and five times them too where that leaves few.
  function rungs(low, high) {
    const found = [], steps = Math.log10(high / low) > 3.2 ? [1] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
      steps.forEach((step) => { const value = step * Math.pow(10, power); if (value >= low && value <= high) { found.push(value); } });
    }
    return found;
  }

  function specification(now) {
    const name = now.scale === "log" ? "curves-log" : "curves", spec = data["chart/" + name].spec, drawn = rows(now);
    const room = plot.clientWidth, narrow = room < lib.NARROW, padding = Object.assign({}, spec.padding);
    padding.right = lib.roomForNames(room, padding.right);
    if (narrow) { padding.left = 40; }
    const size = { width: Math.max(room - padding.left - padding.right, 120), height: narrow ? 330 : spec.height, padding: padding };
    const values = drawn.filter((row) => row.v !== null).map((row) => row.v), high = (values.length ? Math.max(...values) : 1) || 1;
    const low = now.scale !== "log" ? Math.min(0, ...values) : values.length ? Math.min(...values) / 1.1 : 0.1;
    const [a, b] = span(now), begin = stepAt(now, a), finish = stepAt(now, Math.max(b, a + 1)), top = high * 1.05;
    const place = lib.frame(size, begin, finish, low, top, now.scale === "log");
    return Object.assign(size, {
      name: name, place: place, begin: begin, finish: finish,
      parameters: {
        begin: begin, finish: finish, lo: low, hi: top, percent: now.scale === "peak" || now.signal.share,
        ticks: lib.ticks(size.width, begin, finish), rungs: now.scale === "log" ? rungs(low, top) : []
      },
      rows: drawn,
      sets: Object.assign(lib.sets(drawn, place), { labels: lib.labels(drawn, place, lib.look().config.font), away: awayRows(now, narrow) })
    });
  }

  function unit(now) {
    let text = own.pick(now.signal.unit);
    if (now.scale === "peak") { text = lib.say("of_peak_unit"); }
    if (now.quarter) { text = lib.say("mean_month", { unit: text }); }
    return now.scale === "log" ? text + " (" + lib.say("log_zero") + ")" : text;
  }
  function period() { return lib.say("span", { since: lib.monthName(lib.monthAt(state.from)), until: lib.monthName(lib.monthAt(state.to)) }); }
  function coverage(now) {
    const letters = members(now).map((member) => lib.statesOf(now.numbers, member).slice(Math.max(state.from - land.projects[member].first, 0),
      Math.max(state.to - land.projects[member].first + 1, 0))).join("");
    return lib.coverageOf(letters);
  }
  function label(now) {
    return lib.say("chart_label", { signal: own.pick(now.signal.title), category: own.pick(now.category.title), count: members(now).length });
  }

  function caption(now) {
    const leader = now.leaders.leader;
    form.elements.hide_leader.disabled = now.scale === "peak" || leader === null;
    form.elements.hide_leader.checked = now.hideLeader;
    panel.querySelector("[data-unit]").textContent = unit(now);
    panel.querySelector("[data-formula]").textContent = now.signal.formula;
    panel.querySelector("[data-period]").textContent = period();
    panel.querySelector("[data-coverage]").textContent = coverage(now);
    panel.querySelector("[data-source]").textContent = own.pick(now.signal.source);
    panel.querySelector("[data-definition]").textContent = own.pick(now.signal.definition);
    const whole = form.querySelector("[data-whole]");
    if (whole) { whole.hidden = state.from === 0 && state.to === LAST; }
  }

  // ---- the table beside the chart ----
  function cell(row, text, kind) {
    const node = row.insertCell();
    node.textContent = text;
    node.className = kind || "";
    return node;
  }
  function box(row, kind, member, toggle) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.dataset[kind] = land.projects[member].k;
    input.setAttribute("aria-label", lib.say(kind, { name: land.projects[member].name }));
    input.addEventListener("change", () => toggle(input.checked));
    row.insertCell().append(input);
  }
  function tableRow(now, member) {
    const project = land.projects[member], found = now.numbers.standings[member], row = document.createElement("tr"), head = document.createElement("th");
    row.ecotoneMember = member;
    head.scope = "row";
    head.append(lib.projectLink(project, "", ink(now, member)));
    row.append(head);
    box(row, "show", member, (on) => { if (on) { state.hidden.delete(member); } else { state.hidden.add(member); } show(); });
    box(row, "colour", member, (on) => colour(member, on));
    if (shapes) { cell(row, project.shape ? own.pick(project.shape) : lib.number(null)); }
    cell(row, lib.number(found[0], now.signal.share), "n");
    cell(row, lib.change(found[2]), "n " + (member === now.leaders.riser ? "riser" : ""));
    cell(row, found[4] === null ? lib.number(null) : lib.monthName(lib.monthAt(found[4])), "n");
    cell(row, found[3] ? lib.number(found[0] / found[3], true) : lib.number(null), "n");
    return row;
  }
  function table(now) {
    const key = [state.category, state.signal, own.language(), own.theme()].join(" ");
    if (body.dataset.key !== key) {
      const order = now.category.members.slice().sort((a, b) => (now.numbers.standings[b][0] || 0) - (now.numbers.standings[a][0] || 0));
      body.replaceChildren(...order.map((member) => tableRow(now, member)));
      body.dataset.key = key;
    }
    Array.from(body.rows).forEach((row) => {
      row.querySelector("[data-show]").checked = !state.hidden.has(row.ecotoneMember);
      row.querySelector("[data-colour]").checked = weight(now, row.ecotoneMember) > 0;
    });
  }
  // Every value of the curves in colour, a column a project.
  function values(now) {
    const details = panel.querySelector("[data-table]"), node = details.querySelector("table");
    if (!details.open) { return; }
    const shown = members(now).filter((member) => weight(now, member) > 0).reverse(), head = document.createElement("tr"), found = shown.map((member) => seriesOf(now, member));
    head.append(...[lib.say("month"), ...shown.map((member) => land.projects[member].name)].map((text, place) => {
      const title = document.createElement("th");
      title.scope = "col"; title.textContent = text; title.className = place ? "n" : "";
      return title;
    }));
    node.replaceChildren(document.createElement("thead"), document.createElement("tbody"));
    node.tHead.append(head);
    for (let [at, b] = span(now); at <= b; at += 1) {
      const row = node.tBodies[0].insertRow(), title = document.createElement("th");
      title.scope = "row"; title.textContent = stepName(now, stepAt(now, at)); row.append(title);
      found.forEach((series) => {
        const step = at - series.first, letter = series.states[step];
        const text = lib.number(step >= 0 && step < series.values.length ? series.values[step] : null, now.signal.share);
        cell(row, letter && letter !== "w" ? text + " (" + lib.say("state_" + letter) + ")" : text, "n");
      });
    }
  }

  // ---- reading values: the pointer, the finger, the arrow keys ----
  const SVG = "http://www.w3.org/2000/svg", over = document.createElementNS(SVG, "svg");
  const mark = document.createElementNS(SVG, "circle"), band = document.createElementNS(SVG, "path"), trace = document.createElementNS(SVG, "path"), brush = document.createElementNS(SVG, "rect");
  over.setAttribute("class", "over"); over.setAttribute("aria-hidden", "true");
  mark.setAttribute("r", "5"); brush.setAttribute("class", "brush"); band.setAttribute("class", "band"); trace.setAttribute("class", "trace");
  over.append(band, trace, mark, brush);
  stage.append(over);
  let drawing = null, at = null, press = null;

  function unmark() { at = null; [mark, band, trace].forEach((node) => node.setAttribute("visibility", "hidden")); lib.point(null); }
  function xy(row) { return [drawing.padding.left + drawing.place.x(row), drawing.padding.top + drawing.place.y(row)]; }
  function path(points) { return points.map((point, place) => (place ? "L" : "M") + point.map((value) => value.toFixed(1)).join(" ")).join(""); }
  function told(row) {
    const lines = [[null, row.name], [lib.say("tip_month"), stepName(drawing.now, row.t)], [lib.say("tip_value"), lib.number(row.raw, drawing.now.signal.share)]];
    if (drawing.now.scale === "peak") { lines.push([lib.say("tip_of_peak"), lib.number(row.v, true)]); }
    if (row.bounds) { lines.push([lib.say("tip_bounds"), row.bounds.map((value) => lib.number(value, drawing.now.signal.share)).join(" – ")]); }
    lines.push([lib.say("tip_coverage"), lib.say("state_" + row.s)]);
    return lines;
  }
  function markRow(row, x, y) {
    const mine = drawing.rows.filter((other) => other.m === row.m && other.v !== null), point = xy(row);
    at = row;
    mark.setAttribute("cx", point[0]); mark.setAttribute("cy", point[1]); mark.style.fill = ink(drawing.now, row.m);
    trace.setAttribute("d", path(mine.map(xy))); trace.style.stroke = ink(drawing.now, row.m);
    const bounded = drawing.now.scale === "linear" ? mine.filter((other) => other.bounds) : [];
    const side = (place) => bounded.map((other) => xy(Object.assign({}, other, { v: Math.min(other.bounds[place], drawing.parameters.hi) })));
    band.setAttribute("d", bounded.length > 1 ? path(side(0).concat(side(1).reverse())) + "Z" : "");
    band.style.fill = ink(drawing.now, row.m);
    [mark, band, trace].forEach((node) => node.removeAttribute("visibility"));
    const box = stage.getBoundingClientRect();
    lib.point(told(row), x ?? box.left + point[0], y ?? box.top + point[1]);
    const steps = drawing.steps;
    stage.setAttribute("aria-valuenow", String(steps.indexOf(row.t)));
    stage.setAttribute("aria-valuetext", told(row).map(([name, text]) => (name ? name + " " : "") + text).join(lib.say("comma")));
  }
  function nearest(x, y) {
    let best = null, least = Infinity;
    drawing.rows.forEach((row) => {
      if (row.v === null) { return; }
      const point = xy(row), apart = Math.hypot((point[0] - x) * 2, point[1] - y) - (row.f ? 3 : 0); // curves in colour are easier to catch
      if (apart < least) { least = apart; best = row; }
    });
    return least < 90 ? best : null;
  }
  function inStage(event) { const box = stage.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }
  function positionAt(x) {
    const time = drawing.begin + (drawing.finish - drawing.begin) * (x - drawing.padding.left) / drawing.width;
    const day = new Date(Math.min(Math.max(time, drawing.begin), drawing.finish) + 15 * 864e5);
    return (day.getUTCFullYear() - land.since[0]) * 12 + day.getUTCMonth() - (land.since[1] - 1);
  }

  stage.addEventListener("pointermove", (event) => {
    if (!drawing) { return; }
    const [x, y] = inStage(event);
    if (press && form.elements.from && Math.abs(x - press[0]) > 8) {
      const left = Math.min(x, press[0]);
      press.moved = true;
      unmark();
      [["x", left], ["y", drawing.padding.top], ["width", Math.abs(x - press[0])], ["height", drawing.height]].forEach(([key, value]) => brush.setAttribute(key, value));
      brush.removeAttribute("visibility");
      return;
    }
    const row = nearest(x, y);
    if (row) { markRow(row, event.clientX, event.clientY); } else { unmark(); }
  });
  stage.addEventListener("pointerdown", (event) => { if (event.button === 0 && event.pointerType !== "touch") { press = inStage(event); } });
  window.addEventListener("pointerup", (event) => {
    const before = press;
    press = null;
    brush.setAttribute("visibility", "hidden");
    if (!before || !drawing) { return; }
    const [x, y] = inStage(event);
    if (before.moved) {
      const ends = [positionAt(before[0]), positionAt(x)].sort((a, b) => a - b);
      limit(ends[0], ends[1]);
    } else if (stage.contains(event.target)) {
      const row = nearest(x, y), named = event.target.textContent && drawing.sets.labels.find((one) => one.text === event.target.textContent);
      if (named || row) { const member = (named || row).m; colour(member, weight(drawing.now, member) === 0); }
    }
  });
  stage.addEventListener("pointerleave", unmark);
  stage.addEventListener("blur", unmark);
  brush.setAttribute("visibility", "hidden");

  // Left and right follow a curve, up and down go to the next curve of that month, Enter colours it.
  function step(key) {
    const seen = drawing.rows.filter((row) => row.v !== null);
    if (!seen.length) { return null; }
    if (!at) { return seen.filter((row) => row.named).pop() || seen[seen.length - 1]; }
    const mine = seen.filter((row) => row.m === at.m).sort((a, b) => a.t - b.t), now = mine.findIndex((row) => row.t === at.t);
    if (key === "ArrowLeft" || key === "ArrowRight") { return mine[Math.min(Math.max(now + (key === "ArrowLeft" ? -1 : 1), 0), mine.length - 1)]; }
    if (key === "Home" || key === "End") { return key === "Home" ? mine[0] : mine[mine.length - 1]; }
    const here = seen.filter((row) => row.t === at.t).sort((a, b) => b.v - a.v || a.m - b.m), place = here.findIndex((row) => row.m === at.m);
    return here[Math.min(Math.max(place + (key === "ArrowUp" ? -1 : 1), 0), here.length - 1)];
  }
  stage.addEventListener("keydown", (event) => {
    if (!drawing) { return; }
    if (["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) {
      const row = step(event.key);
      if (row) { markRow(row); }
      event.preventDefault();
    } else if (at && (event.key === "Enter" || event.key === " ")) {
      const kept = at;
      colour(at.m, weight(drawing.now, at.m) === 0).then(() => {
        const row = drawing.rows.find((other) => other.m === kept.m && other.t === kept.t);
        if (row) { markRow(row); }
      });
      event.preventDefault();
    } else if (event.key === "Escape") { unmark(); }
  });

  // ---- state, address ----
  function keys(members) { return Array.from(members).map((member) => land.projects[member].k).join(","); }
  function fromKeys(text) {
    return new Set((text || "").split(",").map((key) => land.projects.findIndex((project) => project.k === key)).filter((member) => member >= 0));
  }
  function month(text, otherwise) {
    const found = /^(\d{4})-(\d{2})$/.exec(text || ""), position = found ? (found[1] - land.since[0]) * 12 + (found[2] - land.since[1]) : NaN;
    return position >= 0 && position <= LAST ? position : otherwise;
  }
  function read() {
    const told = own.told(), first = land.categories[0].k;
    state.category = land.categories.some((category) => category.k === told.get("field")) ? told.get("field") : first;
    state.signal = lib.signalNamed(told.get("signal")) && !lib.signalNamed(told.get("signal")).text ? told.get("signal") : land.main;
    state.step = told.get("step") === "quarter" ? "quarter" : "month";
    state.scale = ["log", "peak"].includes(told.get("scale")) ? told.get("scale") : "linear";
    state.from = month(told.get("from"), 0);
    state.to = Math.max(month(told.get("to"), LAST), state.from);
    state.hidden = fromKeys(told.get("hidden"));
    state.coloured = told.has("colour") ? fromKeys(told.get("colour")) : null;
    state.leader = ["shown", "hidden"].includes(told.get("leader")) ? told.get("leader") : null;
    fill();
  }
  function fill() {
    const fields = { category: state.category, signal: state.signal, step: state.step, scale: state.scale, from: lib.monthName(lib.monthAt(state.from)), to: lib.monthName(lib.monthAt(state.to)) };
    Object.entries(fields).forEach(([name, value]) => { if (form.elements[name]) { form.elements[name].value = value; } });
  }
  function write() {
    own.tell({
      field: state.category === land.categories[0].k ? null : state.category, signal: state.signal === land.main ? null : state.signal,
      step: state.step === "month" ? null : state.step, scale: state.scale === "linear" ? null : state.scale,
      from: state.from === 0 ? null : lib.monthName(lib.monthAt(state.from)), to: state.to === LAST ? null : lib.monthName(lib.monthAt(state.to)),
      hidden: keys(state.hidden) || null, colour: state.coloured ? keys(state.coloured) || "none" : null, leader: state.leader
    });
    const more = document.querySelector("[data-more]");
    if (more) { more.href = "curves.html" + location.hash; }
  }
  function limit(from, to) {
    state.from = Math.min(Math.max(from, 0), LAST);
    state.to = Math.min(Math.max(to, state.from), LAST);
    fill();
    show();
  }
  function colour(member, on) {
    const now = chosen();
    if (!state.coloured) { state.coloured = new Set(now.category.members.filter((other) => weight(now, other) > 0)); }
    if (on) { state.coloured.add(member); } else { state.coloured.delete(member); }
    return show();
  }

  function show() {
    const begun = performance.now();
    write();
    return new Promise((done) => lib.signal(state.signal, "").then(() => {
      const now = chosen();
      caption(now);
      table(now);
      values(now);
      drawing = Object.assign(specification(now), { now: now });
      drawing.steps = Array.from(new Set(drawing.rows.map((row) => row.t))).sort((a, b) => a - b);
      const text = label(now);
      stage.setAttribute("aria-label", text + lib.say("keys"));
      stage.setAttribute("aria-valuemax", String(Math.max(drawing.steps.length - 1, 0)));
      stage.setAttribute("aria-valuetext", text);
      panel.querySelector("[data-status]").textContent = text + " " + period();
      unmark();
      lib.draw(plot, drawing.name, drawing).then(() => {
        figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1);
        figure.dataset.took = String(Math.round(performance.now() - begun));
        done();
      });
    }));
  }

  // ---- what can be pressed ----
  form.addEventListener("change", (event) => {
    const name = event.target.name, value = event.target.value;
    if (name === "hide_leader") { state.leader = event.target.checked ? "hidden" : "shown"; }
    if (["category", "signal", "step", "scale"].includes(name)) { state[name] = value; }
    if (name === "category") { state.hidden.clear(); state.coloured = null; }
    if (name === "category" || name === "signal") { state.leader = null; }
    if (name === "from") { limit(month(value, 0), Math.max(state.to, month(value, 0))); return; }
    if (name === "to") { limit(Math.min(state.from, month(value, LAST)), month(value, LAST)); return; }
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) { return; }
    if ("whole" in button.dataset) { limit(0, LAST); }
    if ("all" in button.dataset) { state.hidden.clear(); show(); }
    if ("none" in button.dataset) { state.hidden = new Set(chosen().category.members); show(); }
    if ("reset" in button.dataset) { state.hidden.clear(); state.coloured = null; state.leader = null; show(); }
  });
  panel.querySelector("[data-table]").addEventListener("toggle", () => values(chosen()));
  document.addEventListener("ecotone:changed", show);
  document.addEventListener("ecotone:address", read);
  lib.onResize(plot, show);

  // What the files hold: the steps that are drawn, of the curves that are shown.
  function csvRows() {
    const now = chosen(), head = ["project", now.quarter ? "quarter" : "month", "coverage", now.signal.name];
    const bounds = Boolean(now.numbers.low), states = { w: "whole", p: "partial", d: "damaged", n: "not_observed" };
    const found = members(now).sort((a, b) => a - b).flatMap((member) => {
      const series = seriesOf(now, member), peak = peakOf(series);
      return series.values.map((value, step) => [
        land.projects[member].name, stepName(now, stepAt(now, series.first + step)), states[series.states[step]], value,
        ...(bounds ? [series.low[step], series.high[step]] : []), ...(now.scale === "peak" ? [peak && value !== null ? value / peak : null] : [])
      ]);
    });
    return [[...head, ...(bounds ? [now.signal.name + "_low", now.signal.name + "_high"] : []), ...(now.scale === "peak" ? ["share_of_peak"] : [])], ...found];
  }
  figure.ecotoneSave = () => {
    const now = chosen();
    return {
      name: [now.signal.name, now.category.k].join("-"), view: plot.ecotoneDrawn.view,
      title: own.pick(now.signal.title) + lib.say("colon") + own.pick(now.category.title), lines: [own.pick(now.signal.definition)],
      unit: unit(now), formula: now.signal.formula, period: period(), source: panel.querySelector("[data-source]").innerText, coverage: coverage(now), table: csvRows()
    };
  };
  own.chartRows = () => rows(chosen());
  own.chartLabels = () => drawing.sets.labels;
  read();
  show();
})();
