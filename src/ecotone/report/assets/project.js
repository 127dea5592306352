// A project's page: small multiples of its signals, stacked shares of organisations, table of all values.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.lib;
  const slug = document.querySelector("[data-project]").dataset.project, ownData = data["project/" + slug];
  const project = land.projects.find((candidate) => candidate.k === slug), months = project.s.split("");

  // Decoded values of each signal; v is null if nothing is known.
  const valuesBySignal = new Map(), projectIndex = land.projects.indexOf(project);
  function signalValues(signal) {
    if (!valuesBySignal.has(signal.name)) {
      const all = data["signal/" + signal.name];
      const [v, low, high] = ["m", "low", "high"].map((side) => (all[side] ? lib.decodeSeries(all[side][projectIndex], signal.d) : null));
      const known = [v, low, high].some((values) => values && values.some((value) => value !== null));
      valuesBySignal.set(signal.name, Object.assign(known ? { v: v, low: low, high: high } : { v: null, low: null, high: null }, { s: lib.signalStates(all, projectIndex) }));
    }
    return valuesBySignal.get(signal.name);
  }
  const numeric = land.signals.filter((signal) => !signal.text);

  // Dated events (dated_events.py), marked on the curve that projects are compared by.
  function isMarked(signal) { return signal.name === land.main && ownData.events.length > 0; }
  function eventRows(signal) {
    return !isMarked(signal) ? [] : ownData.events.flatMap((kind) => kind.at.map(([position]) => ({
      t: lib.monthAt(position), c: lib.themeColour(kind.colour), shape: kind.shape, lane: kind.lane
    })));
  }
  function eventLines(position) {
    return ownData.events.flatMap((kind) => kind.at.filter(([at]) => at === position).map(([, names]) => [own.inLanguage(kind.title), names]));
  }
  function eventLegend() {
    const legend = document.createElement("p");
    legend.className = "legend";
    legend.append(...ownData.events.map((kind) => {
      const item = document.createElement("span"), key = document.createElement("i");
      key.className = "mark " + kind.shape;
      key.style.background = lib.themeColour(kind.colour);
      item.append(key, own.inLanguage(kind.title));
      return item;
    }));
    return legend;
  }

  function smallMultipleRows(signal) {
    const sides = signalValues(signal), times = months.map((letter, step) => lib.monthAt(project.first + step));
    return lib.curveRows({ k: slug, name: project.name, c: "", f: 1, tag: "" }, times, sides.v, sides.s).map((row, step) => {
      const low = sides.low ? sides.low[step] : null, high = sides.high ? sides.high[step] : null;
      return Object.assign(row, {
        t_end: lib.nextMonth(row.t), low: low, high: high, when: lib.formatMonth(row.t), name: "",
        events: isMarked(signal) ? eventLines(project.first + step) : [],
        shown: lib.formatNumber(row.v, signal.share), coverage: lib.formatMessage("state_" + row.s),
        bounds: low === null || high === null ? "" : lib.formatNumber(low, signal.share) + " – " + lib.formatNumber(high, signal.share)
      });
    });
  }
  function timeAxis(width) {
    const begin = lib.monthAt(project.first), finish = lib.monthAt(land.months);
    return { begin: begin, finish: finish, ticks: lib.axisTicks(width, begin, finish - 864e5) };
  }
  function plotWidth(plot, padding, least) { return Math.max(plot.clientWidth - padding.left - padding.right, least); }

  function isZero(signal) { return signalValues(signal).v !== null && [signalValues(signal).v, signalValues(signal).high || []].flat().every((value) => !value); }
  function isDrawn(signal) { return signalValues(signal).v !== null && !isZero(signal); }

  // Signals by theme, one figure each; created here because a report has thousands of them.
  function signalsByTheme() {
    const keys = Object.keys(land.themes).concat(numeric.map((signal) => signal.theme));
    return Array.from(new Set(keys)).map((key) => [land.themes[key] || [key, key], numeric.filter((signal) => signal.theme === key && isDrawn(signal))])
      .filter(([, signals]) => signals.length);
  }
  function layOutSignals() {
    const node = document.querySelector("[data-signals]");
    node.replaceChildren(...signalsByTheme().flatMap(([title, signals]) => {
      const head = document.createElement("h3"), grid = document.createElement("div");
      head.textContent = own.inLanguage(title);
      grid.className = "multiples";
      grid.append(...signals.map(createSignalFigure));
      return [head, grid];
    }));
    const note = document.querySelector("[data-unknown]");
    const said = [["always_zero", numeric.filter(isZero)], ["not_known", numeric.filter((signal) => !signalValues(signal).v)]].filter(([, signals]) => signals.length);
    note.hidden = !said.length;
    note.textContent = said.map(([key, signals]) => lib.formatMessage(key, { signals: signals.map((signal) => own.inLanguage(signal.title)).join(lib.formatMessage("comma")) })).join(" ");
  }
  function createSignalFigure(signal) {
    const figure = document.createElement("figure"), head = document.createElement("h4"), link = document.createElement("a");
    const plot = document.createElement("div"), caption = document.createElement("figcaption"), formula = document.createElement("code");
    figure.dataset.signal = signal.name;
    link.href = "../methods.html#" + signal.name;
    link.textContent = own.inLanguage(signal.title);
    head.append(link);
    plot.className = "plot";
    plot.setAttribute("role", "img");
    caption.className = "caption";
    formula.textContent = signal.formula;
    caption.append(own.inLanguage(signal.unit) + " · ", formula);
    if (signalValues(signal).s !== project.s) { caption.append(" · " + lib.coverageText(signalValues(signal).s)); }
    figure.append(head, plot, caption);
    if (isMarked(signal)) {
      figure.className = "marked";
      caption.prepend(eventLegend());
    }
    return figure;
  }

  function drawSmallMultiple(figure) {
    const signal = lib.findSignal(figure.dataset.signal), sides = signalValues(signal), plot = figure.querySelector(".plot");
    const values = sides.v.concat(sides.low || [], sides.high || []).filter((value) => value !== null);
    const padding = data["chart/small"].spec.padding, room = plotWidth(plot, padding, 80);
    return lib.drawChart(plot, "small", {
      sets: { rows: smallMultipleRows(signal), events: eventRows(signal) }, width: room, label: lib.formatMessage("small_label", { signal: own.inLanguage(signal.title) }),
      parameters: Object.assign(timeAxis(room), { lo: Math.min(0, ...values), hi: (Math.max(0, ...values) || 1) * (isMarked(signal) ? 1.4 : 1.06), percent: signal.share })
    });
  }

  function bandName(band) {
    return band >= 0 ? ownData.organisations.names[band] : lib.formatMessage({ "-1": "others", "-2": "smaller", "-3": "unknown" }[band]);
  }
  function bandColour(band) { return lib.themeColour(band >= 0 ? "band" + band : { "-1": "others", "-2": "smaller", "-3": "unknown" }[band]); }

  // Bands by month from the bottom up: index, people, share.
  const bands = ownData.organisations.bands.map(([band, people, share]) => [band, lib.decodeSeries(people, 0), lib.decodeSeries(share, 3)]);

  function shareRows() {
    const rows = [];
    for (let position = project.first; position < land.months; position += 1) {
      const letter = project.s[position - project.first] || "n", time = lib.monthAt(position);
      let bottom = 0;
      bands.filter(([, , shares]) => shares[position] !== null).forEach(([band, people, shares]) => {
        const share = shares[position];
        rows.push({
          t: time, t_end: lib.nextMonth(time), y0: bottom, y1: Math.min(bottom + share, 1), c: bandColour(band), s: letter, name: bandName(band),
          when: lib.formatMonth(time), coverage: lib.formatMessage("state_" + letter), share: share, people: people[position],
          shown: lib.formatNumber(share, true) + " · " + people[position] + " " + lib.formatMessage("people")
        });
        bottom += share;
      });
    }
    return rows;
  }

  function drawShares(plot) {
    const figure = plot.closest("figure"), padding = data["chart/shares"].spec.padding, room = plotWidth(plot, padding, 120), rows = shareRows();
    const damaged = months.flatMap((letter, step) => (letter === "d" ? [{ t: lib.monthAt(project.first + step), t_end: lib.monthAt(project.first + step + 1) }] : []));
    updateLegend();
    fillShareTable(figure, rows);
    figure.ecotoneSave = () => Object.assign(captionTexts(figure), {
      name: slug + "-organisations", view: plot.ecotoneDrawn.view, unit: figure.querySelector("[data-unit]").innerText, formula: figure.querySelector("[data-formula]").innerText,
      title: project.name + lib.formatMessage("colon") + figure.querySelector("h2, h3").innerText, lines: [],
      table: [["month", "organisation", "people", "share"], ...rows.map((row) => [row.when, row.name, row.people, row.share])]
    });
    return lib.drawChart(plot, "shares", { sets: { rows: rows, damaged: damaged }, width: room, parameters: timeAxis(room), label: lib.formatMessage("shares_label") })
      .then(() => { figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1); });
  }
  function captionTexts(figure) {
    return Object.fromEntries(["period", "source", "coverage"].map((key) => [key, figure.querySelector("[data-" + key + "]").innerText]));
  }

  function updateLegend() {
    document.querySelector("[data-bands]").replaceChildren(...bands.map(([band]) => {
      const item = document.createElement("span"), key = document.createElement("i"), name = document.createElement("bdi");
      key.className = "key";
      key.style.background = bandColour(band);
      name.textContent = bandName(band);
      item.append(key, name);
      return item;
    }));
  }

  function fillTable(table, titles, lines) {
    const head = document.createElement("tr");
    head.append(...titles.map(([title, kind]) => {
      const cell = document.createElement("th");
      cell.scope = "col"; cell.textContent = title; cell.className = kind;
      return cell;
    }));
    table.replaceChildren(document.createElement("thead"), document.createElement("tbody"));
    table.tHead.append(head);
    table.tBodies[0].append(...lines.map((cells) => {
      const row = document.createElement("tr");
      row.append(...cells.map((text, index) => {
        const cell = document.createElement(index ? "td" : "th");
        if (!index) { cell.scope = "row"; }
        cell.className = titles[index][1]; cell.textContent = text;
        return cell;
      }));
      return row;
    }));
  }
  function fillShareTable(figure, rows) {
    const details = figure.querySelector("[data-table]");
    if (!details.open) { return; }
    fillTable(details.querySelector("table"), [[lib.formatMessage("month"), ""], [lib.formatMessage("organisation"), ""], [lib.formatMessage("people"), "n"], [lib.formatMessage("share"), "n"]],
      rows.map((row) => [row.when, row.name, lib.formatNumber(row.people), lib.formatNumber(row.share, true)]));
  }

  function textValue(signal, step) {
    const [names, places] = ownData.texts[signal.name], at = lib.decodeSeries(places, 0)[step];
    return at === null ? null : names[at];
  }
  function formatValue(signal, step) {
    if (signal.text) {
      const value = textValue(signal, step);
      return value === "*" ? lib.formatMessage("smaller_one") : value || lib.formatNumber(null);
    }
    const sides = signalValues(signal), value = sides.v ? sides.v[step] : null, low = sides.low && sides.low[step], high = sides.high && sides.high[step];
    const bounded = value !== null && sides.low && low !== null && high !== null;
    return lib.formatNumber(value, signal.share) + (bounded ? " (" + lib.formatNumber(low, signal.share) + "–" + lib.formatNumber(high, signal.share) + ")" : "");
  }
  function fillNumbersTable() {
    const details = document.querySelector("[data-numbers]");
    if (!details.open) { return; }
    fillTable(details.querySelector("table"),
      [[lib.formatMessage("month"), ""], [lib.formatMessage("coverage"), ""], ...land.signals.map((signal) => [own.inLanguage(signal.title), "n"])],
      months.map((letter, step) => [lib.formatMonth(lib.monthAt(project.first + step)), lib.formatMessage("state_" + letter), ...land.signals.map((signal) => formatValue(signal, step))]));
  }
  function hasOwnStates(signal) { return !signal.text && signalValues(signal).s !== project.s; }
  // Raw cells of the table for the CSV file.
  function csvRows() {
    const names = land.signals.flatMap((signal) => [signal.name, ...(!signal.text && signalValues(signal).low ? [signal.name + "_low", signal.name + "_high"] : []), ...(hasOwnStates(signal) ? [signal.name + "_coverage"] : [])]);
    const states = { w: "complete", p: "partial", d: "damaged", n: "not_observed" };
    return [["project", "month", "coverage", ...names], ...months.map((letter, step) => [
      project.name, lib.formatMonth(lib.monthAt(project.first + step)), states[letter],
      ...land.signals.flatMap((signal) => {
        if (signal.text) { return [textValue(signal, step)]; }
        const sides = signalValues(signal);
        return [sides.v && sides.v[step], ...(sides.low ? [sides.low[step], sides.high[step]] : []), ...(hasOwnStates(signal) ? [states[sides.s[step]]] : [])];
      })
    ])];
  }

  function showPage() {
    layOutSignals();
    const drawn = Array.from(document.querySelectorAll("[data-signal]")).map(drawSmallMultiple), stacked = document.querySelector("[data-shares]");
    if (stacked) { drawn.push(drawShares(stacked)); }
    fillNumbersTable();
    Promise.all(drawn).then(() => { document.body.dataset.drawn = String(Number(document.body.dataset.drawn || 0) + 1); });
  }

  document.querySelector("[data-numbers]").addEventListener("toggle", fillNumbersTable);
  document.querySelector("[data-save-numbers]").closest("section").ecotoneSave = () => ({ name: slug, table: csvRows() });
  const stacked = document.querySelector("[data-shares]");
  if (stacked) { stacked.closest("figure").querySelector("[data-table]").addEventListener("toggle", () => fillShareTable(stacked.closest("figure"), shareRows())); }
  Promise.all(numeric.map((signal) => lib.loadSignal(signal.name, "../"))).then(() => {
    document.addEventListener("ecotone:changed", showPage);
    lib.onResize(document.querySelector("main"), showPage);
    showPage();
  });
})();
