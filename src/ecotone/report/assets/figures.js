// Draw figures from their data files (figure.py).
(function () {
  "use strict";
  const data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.lib;
  const settings = document.currentScript.dataset, root = "alone" in settings ? null : settings.root; // null: no other pages

  function resolveCell(cell) { return Array.isArray(cell) ? own.inLanguage(cell) : cell; }

  function selectedRows(figure, content) {
    const picks = Array.from(figure.querySelectorAll("[data-pick]"));
    content.columnsOf = content.columnsOf || content.cells.map(lib.decodeCells);
    const wanted = picks.map((pick) => [content.columnsOf[content.fields.indexOf(pick.name)], pick.value]), rows = [];
    for (let at = 0; at < content.length; at += 1) {
      if (wanted.every(([column, value]) => column[at] === value)) {
        rows.push(Object.fromEntries(content.fields.map((field, index) => [field, content.columnsOf[index][at]])));
      }
    }
    return rows;
  }

  // Additional fields of a row; the same as `prepare_figure_rows` in charts/drawn_rows.py.
  function prepareRow(row, index, content) {
    const prepared = {};
    Object.entries(row).forEach(([field, cell]) => { prepared[field] = resolveCell(cell); });
    prepared.i = index;
    prepared.c = lib.themeColour(row.colour ?? "eco");
    if (row.month) {
      prepared.t = lib.parseMonth(row.month);
      prepared.t_end = lib.nextMonth(prepared.t);
      for (let count = 1; count < (row.months || 1); count += 1) { prepared.t_end = lib.nextMonth(prepared.t_end); }
    }
    prepared.shown = prepared.text || lib.formatNumber(prepared.v, content.share);
    prepared.reach = Math.max(prepared.v ?? 0, prepared.high ?? 0);
    return prepared;
  }

  function groupCurves(rows) {
    const groups = new Map();
    rows.forEach((row) => { groups.set(row.name, (groups.get(row.name) || []).concat(row)); });
    return Array.from(groups.values()).flatMap((steps) => {
      const first = steps[0], style = { k: first.name, name: first.name, c: first.c, f: first.f ?? 1, tag: first.tag || first.name };
      return lib.curveRows(style, steps.map((row) => row.t), steps.map((row) => row.v ?? null), steps.map((row) => row.s || "w").join(""))
        .map((row, step) => Object.assign(row, { low: steps[step].low ?? null, high: steps[step].high ?? null, of: steps[step] }));
    });
  }

  function axisTop(chart, rows, share) {
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

  function formatCell(row, field, kind) {
    const value = resolveCell(row[field] ?? null);
    if (value === null) { return lib.formatNumber(null); }
    if (kind === "number" || kind === "share") { return lib.formatNumber(value, kind === "share"); }
    return kind === "change" ? lib.formatChange(value) : String(value);
  }
  function rowDescriber(content) {
    return (row) => {
      const source = row.of || row, text = resolveCell(source.name ?? "");
      const lines = text ? [[null, text]] : [];
      content.columns.forEach(([field, title, kind]) => {
        if (field !== "name" || !text) { lines.push([own.inLanguage(title), formatCell(source, field, kind)]); }
      });
      return lines.filter(([label, value]) => label === null || value !== lib.formatNumber(null));
    };
  }

  function chartSize(plot, chart, high, rows) {
    const spec = chart.spec, narrow = plot.clientWidth < lib.NARROW, padding = Object.assign({}, spec.padding);
    if (chart.curves) { padding.right = lib.labelMargin(plot.clientWidth, padding.right); }
    if (narrow && chart.curves) { padding.left = 40; }
    if (narrow && !chart.curves) { padding.left = Math.min(padding.left, 112); padding.right = Math.min(padding.right, 104); }
    const least = chart.column ? chart.column * new Set(rows.map((row) => row.other)).size : 120;
    const room = Math.max(plot.clientWidth - padding.left - padding.right, least, 120);
    // a chart that is wider than the page scrolls in its frame, also by keyboard
    plot.classList.toggle("wide", room + padding.left + padding.right > plot.clientWidth);
    if (plot.classList.contains("wide")) { plot.tabIndex = 0; } else { plot.removeAttribute("tabindex"); }
    return { width: room, height: chart.row ? chart.row * high : undefined, padding: padding };
  }

  // The value of a curve that is nearest to a point of the plot, in pixels; the month counts double.
  function nearestRow(rows, frame, x, y) {
    let best = null, least = 90;
    rows.filter((row) => row.v !== null).forEach((row) => {
      const apart = Math.hypot((frame.x(row) - x) * 2, frame.y(row) - y);
      if (apart < least) { least = apart; best = row; }
    });
    return best;
  }

  function buildSpecification(figure, content, plot) {
    const chart = data["chart/" + content.chart];
    const plain = selectedRows(figure, content).map((row, index) => prepareRow(row, index, content));
    const rows = chart.curves ? groupCurves(plain.filter((row) => !row.away)) : plain, high = axisTop(chart, rows, content.share), sizes = chartSize(plot, chart, high, rows);
    const parameters = { lo: 0, hi: high, percent: content.share };
    if (chart.month) {
      const times = rows.map((row) => row.t), ends = rows.map((row) => (chart.month === "columns" ? row.t_end : row.t));
      parameters.begin = times.length ? Math.min(...times) : lib.monthAt(0);
      parameters.finish = ends.length ? Math.max(...ends) : lib.monthAt(land.months - 1);
      parameters.ticks = lib.axisTicks(sizes.width, parameters.begin, parameters.finish);
    }
    let sets = { rows: rows }, nearest = null;
    if (chart.curves) {
      const tall = Object.assign({ height: chart.spec.height }, sizes, sizes.height ? {} : { height: chart.spec.height });
      const frame = lib.plotFrame(tall, parameters.begin, parameters.finish, 0, high);
      nearest = (x, y) => nearestRow(rows, frame, x - sizes.padding.left, y - sizes.padding.top);
      sets = lib.splitRows(rows, frame);
      sets.labels = lib.placeLabels(rows, frame, lib.currentTheme().config.font);
      // off-scale curves
      sets.away = plain.filter((row) => row.away).map((row) => ({
        t: row.t, c: row.c, text: sizes.width < lib.NARROW ? row.away_short : row.away,
        align: row.t < (parameters.begin + parameters.finish) / 2 ? "left" : "right"
      }));
    }
    return Object.assign(sizes, { sets: sets, parameters: parameters, tip: rowDescriber(content), nearest: nearest, plain: plain });
  }

  function createHeading(column, sort) {
    const cell = document.createElement("th"), button = document.createElement("button");
    cell.scope = "col";
    if (["number", "share", "change", "month"].includes(column[2])) { cell.className = "n"; }
    button.type = "button";
    button.dataset.sort = "";
    button.textContent = own.inLanguage(column[1]);
    cell.append(button);
    return cell;
  }
  function createRows(content, rows) {
    return rows.map((row) => {
      const line = document.createElement("tr");
      content.columns.forEach(([field, , kind], index) => {
        const cell = document.createElement(index ? "td" : "th"), raw = row[field] ?? null;
        if (!index) { cell.scope = "row"; }
        if (["number", "share", "change", "month"].includes(kind)) { cell.className = "n"; cell.dataset.value = raw === null ? "" : raw; }
        const project = kind === "project" && land.projects.find((candidate) => candidate.name === raw);
        if (project) { cell.append(lib.createProjectLink(project, root)); } else {
          const text = document.createElement("bdi");
          text.textContent = formatCell(row, field, kind);
          cell.append(text);
        }
        line.append(cell);
      });
      return line;
    });
  }
  function fillTable(figure, content) {
    const details = figure.querySelector("[data-table]");
    if (!details || !details.open) { return; }
    const node = details.querySelector("table"), row = document.createElement("tr");
    node.replaceChildren(document.createElement("thead"), document.createElement("tbody"));
    row.append(...content.columns.map((column) => createHeading(column)));
    node.tHead.append(row);
    node.tBodies[0].append(...createRows(content, selectedRows(figure, content)));
    own.makeSortable(node, figure.dataset.figure + ".sort");
  }

  function showFigure(figure) {
    const content = data["figure/" + figure.dataset.figure], plot = figure.querySelector("[data-plot]");
    const drawing = buildSpecification(figure, content, plot);
    drawing.label = own.inLanguage(content.title) + lib.formatMessage("colon") + lib.formatMessage("in_the_table");
    figure.ecotoneShown = () => ({ rows: selectedRows(figure, content), columns: content.columns, drawn: drawing.sets.rows });
    fillTable(figure, content);
    return lib.drawChart(plot, content.chart, drawing).then(() => {
      figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1);
    });
  }

  function figureTitle(figure, content) {
    const chosen = Array.from(figure.querySelectorAll("[data-pick]")).map((pick) => pick.selectedOptions[0].textContent);
    return [own.inLanguage(content.title), ...chosen].join(" · ");
  }
  function csvRows(content, rows) {
    const fields = content.columns.map(([field]) => field);
    return [fields, ...rows.map((row) => fields.map((field) => resolveCell(row[field] ?? null)))];
  }

  document.querySelectorAll("[data-figure]").forEach((figure) => {
    const content = data["figure/" + figure.dataset.figure];
    if (!content) { return; } // drawn by another script
    figure.ecotoneSave = () => ({
      name: figure.dataset.figure, view: figure.querySelector("[data-plot]").ecotoneDrawn.view, title: figureTitle(figure, content),
      lines: [own.inLanguage(content.text)], unit: own.inLanguage(content.unit), formula: content.formula, period: own.inLanguage(content.period),
      source: own.inLanguage(content.source), coverage: own.inLanguage(content.coverage), table: csvRows(content, selectedRows(figure, content))
    });
    function pickKey(pick) { return figure.dataset.figure + "." + pick.name; }
    function readPicks() {
      figure.querySelectorAll("[data-pick]").forEach((pick) => {
        const kept = own.readAddress().get(pickKey(pick)), options = Array.from(pick.options).map((option) => option.value);
        pick.value = options.includes(kept) ? kept : options[0];
      });
    }
    figure.addEventListener("change", (event) => {
      if (!event.target.matches("[data-pick]")) { return; }
      own.updateAddress({ [pickKey(event.target)]: event.target.selectedIndex ? event.target.value : null });
      showFigure(figure);
    });
    readPicks();
    document.addEventListener("ecotone:address", readPicks);
    figure.addEventListener("submit", (event) => event.preventDefault());
    const details = figure.querySelector("[data-table]");
    if (details) {
      details.open = details.open || own.readAddress().get(figure.dataset.figure + ".table") === "open";
      details.addEventListener("toggle", () => {
        own.updateAddress({ [figure.dataset.figure + ".table"]: details.open ? "open" : null });
        fillTable(figure, content);
      });
    }
    document.addEventListener("ecotone:changed", () => showFigure(figure));
    lib.onResize(figure.querySelector("[data-plot]"), () => showFigure(figure));
    showFigure(figure);
  });
})();
