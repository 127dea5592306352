// A project's page: its signals as small charts, its organisations stacked, all numbers in one table.
(function () {
  "use strict";
  var data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.curves;
  var slug = document.querySelector("[data-project]").dataset.project, mine = data["project/" + slug];
  var project = land.projects.find(function (other) { return other.k === slug; });

  function smallRows(signal, found) {
    var end = -1;
    found.v.forEach(function (value, step) { if (value !== null) { end = step; } });
    return found.v.map(function (value, step) {
      var time = lib.monthAt(project.first + step), letter = project.s[step];
      var low = found.low ? found.low[step] : null, high = found.high ? found.high[step] : null;
      return {
        t: time, t_end: lib.monthAt(project.first + step + 1), v: value, low: low, high: high, s: letter, end: step === end,
        when: lib.monthName(time), shown: lib.number(value, signal.share), coverage: lib.say("state_" + letter),
        bounds: low === null || high === null ? "" : lib.number(low, signal.share) + " – " + lib.number(high, signal.share)
      };
    });
  }

  function period(spec) {
    lib.setParameter(spec, "begin", lib.monthAt(0));
    lib.setParameter(spec, "finish", lib.monthAt(land.months));
    spec.encoding.x.axis.values = lib.ticks(spec.width);
  }

  function range(spec, found) {
    var values = found.v.concat(found.high || []).filter(function (value) { return value !== null; });
    lib.setParameter(spec, "lo", Math.min.apply(null, values.concat([0])));
    lib.setParameter(spec, "hi", (Math.max.apply(null, values.concat([0])) || 1) * 1.06);
  }

  // A figure's title, plot and caption; written here because a landscape has thousands of them.
  function frame(figure, signal) {
    var head = document.createElement("h3"), link = document.createElement("a"), plot = document.createElement("div");
    var caption = document.createElement("figcaption"), formula = document.createElement("code");
    link.href = "../methods.html#" + signal.name;
    link.textContent = own.pick(signal.title);
    head.append(link);
    plot.className = "plot";
    plot.setAttribute("role", "img");
    caption.className = "caption";
    formula.textContent = signal.formula;
    caption.append(own.pick(signal.unit) + " · ", formula);
    figure.replaceChildren(head, plot, caption);
    return plot;
  }

  function small(figure) {
    var signal = lib.signalNamed(figure.dataset.signal), found = mine.signals[signal.name], node = frame(figure, signal);
    var spec = lib.copy(data.charts.small[own.theme()]), look = lib.theme();
    spec.width = Math.max(node.clientWidth - spec.padding.left - spec.padding.right, 80);
    spec.datasets.rows = smallRows(signal, found);
    period(spec);
    range(spec, found);
    lib.setParameter(spec, "ink", look.bands[0]);
    lib.setParameter(spec, "paper", look.paper);
    spec.layer.forEach(function (layer) {
      var y = layer.encoding.y;
      if (y && signal.share) { y.axis.format = ".0%"; }
    });
    return lib.draw(node, spec, lib.say("small_label", { signal: own.pick(signal.title) }));
  }

  function bandName(band) {
    return band >= 0 ? mine.organisations.names[band] : lib.say({ "-1": "others", "-2": "smaller", "-3": "unknown" }[band]);
  }
  function bandColour(band) {
    var look = lib.theme();
    return band >= 0 ? look.bands[band % look.bands.length] : { "-1": look.others, "-2": look.smaller, "-3": look.unknown }[band];
  }

  function shareRows() {
    var rows = [];
    mine.organisations.months.forEach(function (entry) {
      var bottom = 0, letter = project.s[entry[0] - project.first] || "n", time = lib.monthAt(entry[0]);
      entry[1].forEach(function (part) {
        rows.push({
          t: time, t_end: lib.monthAt(entry[0] + 1), y0: bottom, y1: bottom + part[2], c: bandColour(part[0]), s: letter,
          name: bandName(part[0]), when: lib.monthName(time), coverage: lib.say("state_" + letter),
          shown: lib.number(part[2], true) + " · " + part[1] + " " + lib.say("people")
        });
        bottom += part[2];
      });
    });
    return rows;
  }

  function shares(node) {
    var spec = lib.copy(data.charts.shares[own.theme()]), months = [];
    spec.width = Math.max(node.clientWidth - spec.padding.left - spec.padding.right, 120);
    period(spec);
    project.s.split("").forEach(function (letter, step) {
      if (letter === "d") { months.push({ t: lib.monthAt(project.first + step), t_end: lib.monthAt(project.first + step + 1) }); }
    });
    spec.datasets = { rows: shareRows(), damaged: months };
    bands();
    return lib.draw(node, spec, lib.say("shares_label"));
  }

  function bands() {
    var seen = new Set(), legend = document.querySelector("[data-bands]");
    mine.organisations.months.forEach(function (entry) { entry[1].forEach(function (part) { seen.add(part[0]); }); });
    legend.textContent = "";
    Array.from(seen).sort(function (a, b) { return (a < 0) - (b < 0) || Math.abs(a) - Math.abs(b); }).forEach(function (band) {
      var item = document.createElement("span"), key = document.createElement("i"), name = document.createElement("bdi");
      key.className = "key"; key.style.background = bandColour(band); name.textContent = bandName(band);
      item.append(key, name); legend.append(item);
    });
  }

  function text(signal, step) {
    var found = mine.signals[signal.name], value = found.v[step];
    if (signal.text) { return value === "*" ? lib.say("smaller_one") : value || lib.number(null); }
    var shown = lib.number(value, signal.share);
    if (found.low && found.low[step] !== null && found.high[step] !== null && value !== null) {
      shown += " (" + lib.number(found.low[step], signal.share) + "–" + lib.number(found.high[step], signal.share) + ")";
    }
    return shown;
  }

  function numbers() {
    var details = document.querySelector("[data-numbers]"), table = details.querySelector("table");
    table.textContent = "";
    if (!details.open) { return; }
    var head = table.createTHead().insertRow(), body = table.createTBody();
    [lib.say("month"), lib.say("coverage")].concat(land.signals.map(function (signal) { return own.pick(signal.title); }))
      .forEach(function (title, place) {
        var cell = document.createElement("th");
        cell.scope = "col"; cell.textContent = title; if (place > 1) { cell.className = "n"; } head.append(cell);
      });
    project.s.split("").forEach(function (letter, step) {
      var row = body.insertRow(), month = document.createElement("th");
      month.scope = "row"; month.textContent = lib.monthName(lib.monthAt(project.first + step)); row.append(month);
      row.insertCell().textContent = lib.say("state_" + letter);
      land.signals.forEach(function (signal) { var cell = row.insertCell(); cell.className = "n"; cell.textContent = text(signal, step); });
    });
  }

  function show() {
    var drawn = Array.from(document.querySelectorAll("[data-signal]")).map(small);
    var stacked = document.querySelector("[data-shares]");
    if (stacked) { drawn.push(shares(stacked)); }
    numbers();
    Promise.all(drawn).then(function () { document.body.dataset.drawn = String(Number(document.body.dataset.drawn || 0) + 1); });
  }

  document.querySelector("[data-numbers]").addEventListener("toggle", numbers);
  document.addEventListener("ecotone:changed", show);
  var width = window.innerWidth, timer = null;
  window.addEventListener("resize", function () {
    if (window.innerWidth === width) { return; }
    width = window.innerWidth;
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
  show();
})();
