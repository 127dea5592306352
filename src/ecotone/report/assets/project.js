// A project's page: its signals as small charts, its organisations stacked, all numbers in one table.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.lib;
  const slug = document.querySelector("[data-project]").dataset.project, mine = data["project/" + slug];
  const project = land.projects.find((other) => other.k === slug), months = project.s.split("");

  // Values by side, read once; v is null where nothing is known.
  const seen = new Map(), place = land.projects.indexOf(project);
  function read(signal) {
    if (!seen.has(signal.name)) {
      const all = data["signal/" + signal.name];
      const [v, low, high] = ["m", "low", "high"].map((side) => (all[side] ? lib.decode(all[side][place], signal.d) : null));
      const known = [v, low, high].some((values) => values && values.some((value) => value !== null));
      seen.set(signal.name, Object.assign(known ? { v: v, low: low, high: high } : { v: null, low: null, high: null }, { s: lib.statesOf(all, place) }));
    }
    return seen.get(signal.name);
  }
  const numeric = land.signals.filter((signal) => !signal.text);

  function smallRows(signal) {
    const found = read(signal), times = months.map((letter, step) => lib.monthAt(project.first + step));
    return lib.curve({ k: slug, name: project.name, c: "", f: 1, tag: "" }, times, found.v, found.s).map((row, step) => {
      const low = found.low ? found.low[step] : null, high = found.high ? found.high[step] : null;
      return Object.assign(row, {
        t_end: lib.nextMonth(row.t), low: low, high: high, when: lib.monthName(row.t), name: "",
        shown: lib.number(row.v, signal.share), coverage: lib.say("state_" + row.s),
        bounds: low === null || high === null ? "" : lib.number(low, signal.share) + " – " + lib.number(high, signal.share)
      });
    });
  }
  function axis(width) {
    const begin = lib.monthAt(0), finish = lib.monthAt(land.months);
    return { begin: begin, finish: finish, ticks: lib.ticks(width, begin, finish - 864e5) };
  }
  function width(plot, padding, least) { return Math.max(plot.clientWidth - padding.left - padding.right, least); }

  // Signals by theme, a figure each; written here because a landscape has thousands of them.
  function themes() {
    const keys = Object.keys(land.themes).concat(numeric.map((signal) => signal.theme));
    return Array.from(new Set(keys)).map((key) => [land.themes[key] || [key, key], numeric.filter((signal) => signal.theme === key && read(signal).v)])
      .filter(([, signals]) => signals.length);
  }
  function layOut() {
    const node = document.querySelector("[data-signals]");
    node.replaceChildren(...themes().flatMap(([title, signals]) => {
      const head = document.createElement("h3"), grid = document.createElement("div");
      head.textContent = own.pick(title);
      grid.className = "multiples";
      grid.append(...signals.map(frame));
      return [head, grid];
    }));
    const missing = numeric.filter((signal) => !read(signal).v), note = document.querySelector("[data-unknown]");
    note.hidden = !missing.length;
    note.textContent = lib.say("not_known", { signals: missing.map((signal) => own.pick(signal.title)).join(lib.say("comma")) });
  }
  function frame(signal) {
    const figure = document.createElement("figure"), head = document.createElement("h4"), link = document.createElement("a");
    const plot = document.createElement("div"), caption = document.createElement("figcaption"), formula = document.createElement("code");
    figure.dataset.signal = signal.name;
    link.href = "../methods.html#" + signal.name;
    link.textContent = own.pick(signal.title);
    head.append(link);
    plot.className = "plot";
    plot.setAttribute("role", "img");
    caption.className = "caption";
    formula.textContent = signal.formula;
    caption.append(own.pick(signal.unit) + " · ", formula);
    if (read(signal).s !== project.s) { caption.append(" · " + lib.coverageOf(read(signal).s)); }
    figure.append(head, plot, caption);
    return figure;
  }

  function small(figure) {
    const signal = lib.signalNamed(figure.dataset.signal), found = read(signal), plot = figure.querySelector(".plot");
    const values = found.v.concat(found.low || [], found.high || []).filter((value) => value !== null);
    const padding = data["chart/small"].spec.padding, room = width(plot, padding, 80);
    return lib.draw(plot, "small", {
      sets: { rows: smallRows(signal) }, width: room, label: lib.say("small_label", { signal: own.pick(signal.title) }),
      parameters: Object.assign(axis(room), { lo: Math.min(0, ...values), hi: (Math.max(0, ...values) || 1) * 1.06, percent: signal.share })
    });
  }

  function bandName(band) {
    return band >= 0 ? mine.organisations.names[band] : lib.say({ "-1": "others", "-2": "smaller", "-3": "unknown" }[band]);
  }
  function bandColour(band) { return lib.colour(band >= 0 ? "band" + band : { "-1": "others", "-2": "smaller", "-3": "unknown" }[band]); }

  // By month from the bottom up: band, people, share.
  const bands = mine.organisations.bands.map(([band, people, share]) => [band, lib.decode(people, 0), lib.decode(share, 3)]);

  function shareRows() {
    const rows = [];
    for (let position = 0; position < land.months; position += 1) {
      const letter = project.s[position - project.first] || "n", time = lib.monthAt(position);
      let bottom = 0;
      bands.filter(([, , shares]) => shares[position] !== null).forEach(([band, people, shares]) => {
        const share = shares[position];
        rows.push({
          t: time, t_end: lib.nextMonth(time), y0: bottom, y1: Math.min(bottom + share, 1), c: bandColour(band), s: letter, name: bandName(band),
          when: lib.monthName(time), coverage: lib.say("state_" + letter), share: share, people: people[position],
          shown: lib.number(share, true) + " · " + people[position] + " " + lib.say("people")
        });
        bottom += share;
      });
    }
    return rows;
  }

  function shares(plot) {
    const figure = plot.closest("figure"), padding = data["chart/shares"].spec.padding, room = width(plot, padding, 120), rows = shareRows();
    const damaged = months.flatMap((letter, step) => (letter === "d" ? [{ t: lib.monthAt(project.first + step), t_end: lib.monthAt(project.first + step + 1) }] : []));
    legend();
    shareTable(figure, rows);
    figure.ecotoneSave = () => Object.assign(words(figure), {
      name: slug + "-organisations", view: plot.ecotoneDrawn.view, unit: figure.querySelector("[data-unit]").innerText, formula: figure.querySelector("[data-formula]").innerText,
      title: project.name + lib.say("colon") + figure.querySelector("h2, h3").innerText, lines: [],
      table: [["month", "organisation", "people", "share"], ...rows.map((row) => [row.when, row.name, row.people, row.share])]
    });
    return lib.draw(plot, "shares", { sets: { rows: rows, damaged: damaged }, width: room, parameters: axis(room), label: lib.say("shares_label") })
      .then(() => { figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1); });
  }
  function words(figure) {
    return Object.fromEntries(["period", "source", "coverage"].map((key) => [key, figure.querySelector("[data-" + key + "]").innerText]));
  }

  function legend() {
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
      row.append(...cells.map((text, place) => {
        const cell = document.createElement(place ? "td" : "th");
        if (!place) { cell.scope = "row"; }
        cell.className = titles[place][1]; cell.textContent = text;
        return cell;
      }));
      return row;
    }));
  }
  function shareTable(figure, rows) {
    const details = figure.querySelector("[data-table]");
    if (!details.open) { return; }
    fillTable(details.querySelector("table"), [[lib.say("month"), ""], [lib.say("organisation"), ""], [lib.say("people"), "n"], [lib.say("share"), "n"]],
      rows.map((row) => [row.when, row.name, lib.number(row.people), lib.number(row.share, true)]));
  }

  function name(signal, step) {
    const [names, places] = mine.texts[signal.name], at = lib.decode(places, 0)[step];
    return at === null ? null : names[at];
  }
  function text(signal, step) {
    if (signal.text) {
      const value = name(signal, step);
      return value === "*" ? lib.say("smaller_one") : value || lib.number(null);
    }
    const found = read(signal), value = found.v ? found.v[step] : null, low = found.low && found.low[step], high = found.high && found.high[step];
    const bounded = value !== null && found.low && low !== null && high !== null;
    return lib.number(value, signal.share) + (bounded ? " (" + lib.number(low, signal.share) + "–" + lib.number(high, signal.share) + ")" : "");
  }
  function numbers() {
    const details = document.querySelector("[data-numbers]");
    if (!details.open) { return; }
    fillTable(details.querySelector("table"),
      [[lib.say("month"), ""], [lib.say("coverage"), ""], ...land.signals.map((signal) => [own.pick(signal.title), "n"])],
      months.map((letter, step) => [lib.monthName(lib.monthAt(project.first + step)), lib.say("state_" + letter), ...land.signals.map((signal) => text(signal, step))]));
  }
  // The raw cells of that table, for the file.
  function ownStates(signal) { return !signal.text && read(signal).s !== project.s; }
  function cells() {
    const names = land.signals.flatMap((signal) => [signal.name, ...(!signal.text && read(signal).low ? [signal.name + "_low", signal.name + "_high"] : []), ...(ownStates(signal) ? [signal.name + "_coverage"] : [])]);
    const states = { w: "whole", p: "partial", d: "damaged", n: "not_observed" };
    return [["project", "month", "coverage", ...names], ...months.map((letter, step) => [
      project.name, lib.monthName(lib.monthAt(project.first + step)), states[letter],
      ...land.signals.flatMap((signal) => {
        if (signal.text) { return [name(signal, step)]; }
        const found = read(signal);
        return [found.v && found.v[step], ...(found.low ? [found.low[step], found.high[step]] : []), ...(ownStates(signal) ? [states[found.s[step]]] : [])];
      })
    ])];
  }

  function show() {
    layOut();
    const drawn = Array.from(document.querySelectorAll("[data-signal]")).map(small), stacked = document.querySelector("[data-shares]");
    if (stacked) { drawn.push(shares(stacked)); }
    numbers();
    Promise.all(drawn).then(() => { document.body.dataset.drawn = String(Number(document.body.dataset.drawn || 0) + 1); });
  }

  document.querySelector("[data-numbers]").addEventListener("toggle", numbers);
  document.querySelector("[data-save-numbers]").closest("section").ecotoneSave = () => ({ name: slug, table: cells() });
  const stacked = document.querySelector("[data-shares]");
  if (stacked) { stacked.closest("figure").querySelector("[data-table]").addEventListener("toggle", () => shareTable(stacked.closest("figure"), shareRows())); }
  Promise.all(numeric.map((signal) => lib.signal(signal.name, "../"))).then(() => {
    document.addEventListener("ecotone:changed", show);
    lib.onResize(document.querySelector("main"), show);
    show();
  });
})();
