// Figures that are drawn from their data alone: rows, columns and picks as figure.py describes them.
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.lib;
  const told = document.currentScript.dataset, root = "alone" in told ? null : told.root; // null: there are no other pages

  function resolve(cell) { return Array.isArray(cell) ? own.pick(cell) : cell; }

  function chosenRows(figure, found) {
    const picks = Array.from(figure.querySelectorAll("[data-pick]"));
    found.columnsOf = found.columnsOf || found.cells.map(lib.cells);
    const wanted = picks.map((pick) => [found.columnsOf[found.fields.indexOf(pick.name)], pick.value]), rows = [];
    for (let at = 0; at < found.length; at += 1) {
      if (wanted.every(([column, value]) => column[at] === value)) {
        rows.push(Object.fromEntries(found.fields.map((field, place) => [field, found.columnsOf[place][at]])));
      }
    }
    return rows;
  }

  // What every chart gets beside a figure's own fields; rows.py (prepared) makes the same.
  function prepare(row, place, found) {
    const made = {};
    Object.entries(row).forEach(([field, cell]) => { made[field] = resolve(cell); });
    made.i = place;
    made.c = lib.colour(row.colour ?? "eco");
    if (row.month) {
      made.t = lib.parseMonth(row.month);
      made.t_end = lib.nextMonth(made.t);
      for (let more = 1; more < (row.months || 1); more += 1) { made.t_end = lib.nextMonth(made.t_end); }
    }
    made.shown = made.text || lib.number(made.v, found.share);
    made.reach = Math.max(made.v ?? 0, made.high ?? 0);
    return made;
  }

  function curves(rows) {
    const groups = new Map();
    rows.forEach((row) => { groups.set(row.name, (groups.get(row.name) || []).concat(row)); });
    return Array.from(groups.values()).flatMap((steps) => {
      const first = steps[0], style = { k: first.name, name: first.name, c: first.c, f: first.f ?? 1, tag: first.tag || first.name };
      return lib.curve(style, steps.map((row) => row.t), steps.map((row) => row.v ?? null), steps.map((row) => row.s || "w").join(""))
        .map((row, step) => Object.assign(row, { low: steps[step].low ?? null, high: steps[step].high ?? null, of: steps[step] }));
    });
  }

  function top(chart, rows, share) {
    if (chart.range === "y1") {
      const sums = new Map();
      rows.forEach((row) => { sums.set(row.t, (sums.get(row.t) || 0) + (row.v || 0)); });
      const highest = Math.max(0, ...sums.values());
      return share && highest < 1.001 ? 1 : (highest || 1) * 1.05;
    }
    const values = rows.flatMap((row) => [row[chart.range], row.high]).filter((value) => typeof value === "number");
    const highest = Math.max(0, ...values);
    return chart.row ? highest || 1 : (highest || 1) * 1.05;
  }

  function cellText(row, field, kind) {
    const value = resolve(row[field] ?? null);
    if (value === null) { return lib.number(null); }
    if (kind === "number" || kind === "share") { return lib.number(value, kind === "share"); }
    return kind === "change" ? lib.change(value) : String(value);
  }
  function described(found) {
    return (row) => {
      const source = row.of || row, text = resolve(source.name ?? "");
      const lines = text ? [[null, text]] : [];
      found.columns.forEach(([field, title, kind]) => {
        if (field !== "name" || !text) { lines.push([own.pick(title), cellText(source, field, kind)]); }
      });
      return lines.filter(([label, value]) => label === null || value !== lib.number(null));
    };
  }

  function size(plot, chart, high, rows) {
    const spec = chart.spec, narrow = plot.clientWidth < lib.NARROW, padding = Object.assign({}, spec.padding);
    if (chart.curves) { padding.right = lib.roomForNames(plot.clientWidth, padding.right); }
    if (narrow && chart.curves) { padding.left = 40; }
    if (narrow && !chart.curves) { padding.left = Math.min(padding.left, 112); padding.right = Math.min(padding.right, 104); }
    const least = chart.column ? chart.column * new Set(rows.map((row) => row.other)).size : 120;
    const room = Math.max(plot.clientWidth - padding.left - padding.right, least, 120);
    // what is wider than the page scrolls inside its frame, by keyboard too
    plot.classList.toggle("wide", room + padding.left + padding.right > plot.clientWidth);
    if (plot.classList.contains("wide")) { plot.tabIndex = 0; } else { plot.removeAttribute("tabindex"); }
    return { width: room, height: chart.row ? chart.row * high : undefined, padding: padding };
  }

  function specification(figure, found, plot) {
    const chart = data["chart/" + found.chart];
    const plain = chosenRows(figure, found).map((row, place) => prepare(row, place, found));
    const rows = chart.curves ? curves(plain.filter((row) => !row.away)) : plain, high = top(chart, rows, found.share), sizes = size(plot, chart, high, rows);
    const parameters = { lo: 0, hi: high, percent: found.share };
    if (chart.month) {
      const times = rows.map((row) => row.t), ends = rows.map((row) => (chart.month === "columns" ? row.t_end : row.t));
      parameters.begin = times.length ? Math.min(...times) : lib.monthAt(0);
      parameters.finish = ends.length ? Math.max(...ends) : lib.monthAt(land.months - 1);
      parameters.ticks = lib.ticks(sizes.width, parameters.begin, parameters.finish);
    }
    let sets = { rows: rows };
    if (chart.curves) {
      const tall = Object.assign({ height: chart.spec.height }, sizes, sizes.height ? {} : { height: chart.spec.height });
      const place = lib.frame(tall, parameters.begin, parameters.finish, 0, high);
      sets = lib.sets(rows, place);
      sets.labels = lib.labels(rows, place, lib.look().config.font);
      // curves that are off this scale
      sets.away = plain.filter((row) => row.away).map((row) => ({
        t: row.t, c: row.c, text: sizes.width < lib.NARROW ? row.away_short : row.away,
        align: row.t < (parameters.begin + parameters.finish) / 2 ? "left" : "right"
      }));
    }
    return Object.assign(sizes, { sets: sets, parameters: parameters, tip: described(found), plain: plain });
  }

  function head(column, sort) {
    const cell = document.createElement("th"), button = document.createElement("button");
    cell.scope = "col";
    if (["number", "share", "change", "month"].includes(column[2])) { cell.className = "n"; }
    button.type = "button";
    button.dataset.sort = "";
    button.textContent = own.pick(column[1]);
    cell.append(button);
    return cell;
  }
  function body(found, rows) {
    return rows.map((row) => {
      const line = document.createElement("tr");
      found.columns.forEach(([field, , kind], place) => {
        const cell = document.createElement(place ? "td" : "th"), raw = row[field] ?? null;
        if (!place) { cell.scope = "row"; }
        if (["number", "share", "change", "month"].includes(kind)) { cell.className = "n"; cell.dataset.value = raw === null ? "" : raw; }
        const project = kind === "project" && land.projects.find((other) => other.name === raw);
        if (project) { cell.append(lib.projectLink(project, root)); } else {
          const text = document.createElement("bdi");
          text.textContent = cellText(row, field, kind);
          cell.append(text);
        }
        line.append(cell);
      });
      return line;
    });
  }
  function table(figure, found) {
    const details = figure.querySelector("[data-table]");
    if (!details || !details.open) { return; }
    const node = details.querySelector("table"), row = document.createElement("tr");
    node.replaceChildren(document.createElement("thead"), document.createElement("tbody"));
    row.append(...found.columns.map((column) => head(column)));
    node.tHead.append(row);
    node.tBodies[0].append(...body(found, chosenRows(figure, found)));
    own.sortable(node);
  }

  function show(figure) {
    const found = data["figure/" + figure.dataset.figure], plot = figure.querySelector("[data-plot]");
    const drawing = specification(figure, found, plot);
    drawing.label = own.pick(found.title) + lib.say("colon") + lib.say("in_the_table");
    figure.ecotoneShown = () => ({ rows: chosenRows(figure, found), columns: found.columns, drawn: drawing.sets.rows });
    table(figure, found);
    return lib.draw(plot, found.chart, drawing).then(() => {
      figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1);
    });
  }

  function heading(figure, found) {
    const chosen = Array.from(figure.querySelectorAll("[data-pick]")).map((pick) => pick.selectedOptions[0].textContent);
    return [own.pick(found.title), ...chosen].join(" · ");
  }
  function csvRows(found, rows) {
    const fields = found.columns.map(([field]) => field);
    return [fields, ...rows.map((row) => fields.map((field) => resolve(row[field] ?? null)))];
  }

  document.querySelectorAll("[data-figure]").forEach((figure) => {
    const found = data["figure/" + figure.dataset.figure];
    if (!found) { return; } // a figure that a script of its own draws
    figure.ecotoneSave = () => ({
      name: figure.dataset.figure, view: figure.querySelector("[data-plot]").ecotoneDrawn.view, title: heading(figure, found),
      lines: [own.pick(found.text)], unit: own.pick(found.unit), formula: found.formula, period: own.pick(found.period),
      source: own.pick(found.source), coverage: own.pick(found.coverage), table: csvRows(found, chosenRows(figure, found))
    });
    figure.addEventListener("change", (event) => { if (event.target.matches("[data-pick]")) { show(figure); } });
    figure.addEventListener("submit", (event) => event.preventDefault());
    const details = figure.querySelector("[data-table]");
    if (details) { details.addEventListener("toggle", () => table(figure, found)); }
    document.addEventListener("ecotone:changed", () => show(figure));
    lib.onResize(figure.querySelector("[data-plot]"), () => show(figure));
    show(figure);
  });
})();
