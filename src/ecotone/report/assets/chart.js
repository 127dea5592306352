// The chart of a field. Numbers, leaders and risers come computed; here they are picked, coloured and drawn.
(function () {
  "use strict";
  var data = window.ecotoneData, land = data.landscape, own = window.ecotone, lib = own.curves;
  var panel = document.getElementById("activity");
  if (!panel) { return; }
  var form = panel.querySelector("form"), plot = panel.querySelector("[data-plot]"), body = panel.querySelector("[data-curves]");
  var state = { hidden: new Set(), coloured: null }; // coloured: null = the computed choice
  var loading = {};

  function load(name, done) {
    var key = "signal/" + name;
    if (data[key]) { done(); return; }
    if (!loading[name]) {
      loading[name] = [];
      var script = document.createElement("script");
      script.src = "data/" + key + ".js";
      script.onload = function () { loading[name].forEach(function (call) { call(); }); loading[name] = null; };
      document.head.append(script);
    }
    loading[name].push(done);
  }

  function chosen() {
    var place = land.categories.findIndex(function (category) { return category.k === form.category.value; });
    var signal = lib.signalNamed(form.signal.value), numbers = data["signal/" + signal.name];
    return {
      category: land.categories[place], signal: signal, numbers: numbers, leaders: numbers.leaders[place],
      quarter: form.step.value === "quarter", scale: form.scale.value, hideLeader: form.hide_leader.checked
    };
  }

  function weight(now, member) {
    if (member === now.leaders.riser) { return 2; }
    if (state.coloured) { return state.coloured.has(member) ? 1 : 0; }
    return member === now.leaders.leader || now.leaders.focus.indexOf(member) >= 0 ? 1 : 0;
  }
  function ink(member) {
    var colours = lib.theme().palette;
    return colours[land.projects[member].colour % colours.length];
  }
  function away(now, member) { return now.hideLeader && now.scale !== "peak" && member === now.leaders.leader; }

  function seriesOf(now, member) {
    if (now.quarter) {
      var found = now.numbers.q[member];
      return { first: found[0], values: found[1], states: found[2], at: lib.quarterAt, name: lib.quarterName };
    }
    var project = land.projects[member];
    return { first: project.first, values: now.numbers.m[member], states: project.s, at: lib.monthAt, name: lib.monthName };
  }

  function drawable(now, member, value) {
    if (value === null) { return null; }
    if (now.scale === "peak") { var peak = now.numbers.standings[member][3]; return peak ? value / peak : null; }
    return now.scale === "log" && value <= 0 ? null : value;
  }

  function rowsOf(now, member) {
    var series = seriesOf(now, member), project = land.projects[member], heavy = weight(now, member), look = lib.theme();
    var colour = heavy === 2 ? look.riser : ink(member);
    var drawn = series.values.map(function (value) { return drawable(now, member, value); });
    var end = -1;
    drawn.forEach(function (value, step) { if (value !== null) { end = step; } });
    var named = end; // the label stands beside the last whole month, not beside the beginning of one
    drawn.forEach(function (value, step) { if (value !== null && series.states[step] === "w") { named = step; } });
    return drawn.map(function (value, step) {
      var time = series.at(series.first + step), letter = series.states[step];
      return {
        k: project.k, m: member, name: project.name, t: time, v: value, s: letter, end: step === end, named: step === named,
        c: heavy ? colour : look.muted, w: [1.1, 2, 3][heavy], o: 1, f: heavy,
        tag: heavy === 2 ? lib.change(now.numbers.standings[member][2]) + " " + project.label : project.label,
        when: series.name(time), shown: lib.number(series.values[step], now.signal.share), coverage: lib.say("state_" + letter)
      };
    });
  }

  function awayRows(now, narrow) {
    var leader = now.leaders.leader;
    if (leader === null || !away(now, leader) || state.hidden.has(leader)) { return []; }
    var found = now.numbers.standings[leader], time = lib.monthAt(found[4]);
    return [{
      t: time, c: leader === now.leaders.riser ? lib.theme().riser : ink(leader), align: found[4] < land.months / 2 ? "left" : "right", m: leader,
      text: lib.say(narrow ? "away_short" : "away", { name: land.projects[leader].name, peak: lib.number(found[3], now.signal.share), month: lib.monthName(time) })
    }];
  }

  function rows(now) {
    var members = now.category.members.filter(function (member) { return !state.hidden.has(member) && !away(now, member); });
    members.sort(function (a, b) { return weight(now, a) - weight(now, b); });
    return [].concat.apply([], members.map(function (member) { return rowsOf(now, member); }));
  }

  function frame(spec, now, low, high) {
    var begin = lib.parameter(spec, "begin"), span = Math.max(lib.parameter(spec, "finish") - begin, 1);
    var part = now.scale === "log" ? function (value) { return Math.log(value / low) / Math.log(high / low); }
      : function (value) { return (value - low) / (high - low); };
    return {
      width: spec.width, height: spec.height, right: spec.padding.right,
      x: function (row) { return spec.width * (row.t - begin) / span; },
      y: function (row) { return spec.height * (1 - part(row.v)); }
    };
  }

  function scaled(spec, now, drawn) {
    var values = drawn.filter(function (row) { return row.v !== null; }).map(function (row) { return row.v; });
    var high = values.length ? Math.max.apply(null, values) : 1, low = 0;
    if (now.scale === "log") { low = values.length ? Math.min.apply(null, values) / 1.1 : 0.1; }
    lib.setParameter(spec, "lo", low);
    lib.setParameter(spec, "hi", (high || 1) * 1.05);
    spec.datasets.labels = lib.labels(drawn, frame(spec, now, low, (high || 1) * 1.05), lib.theme().config.font);
    spec.layer.forEach(function (layer) {
      var y = layer.encoding.y;
      if (!y || !y.scale) { return; }
      if (now.scale === "log") { y.scale = { type: "log", base: 10, domain: y.scale.domain, nice: false }; }
      if (y.axis) { y.axis.format = now.scale === "peak" || now.signal.share ? "%" : ",~r"; }
    });
  }

  function specification(now) {
    var spec = lib.copy(data.charts.activity), drawn = rows(now), room = plot.clientWidth;
    var narrow = room < 560;
    if (narrow) { spec.padding.right = 14; spec.padding.left = 40; } // names go above the ends
    spec.width = Math.max(room - spec.padding.left - spec.padding.right, 120);
    spec.encoding.x.axis.values = lib.ticks(spec.width);
    spec.encoding.x.axis.labelOverlap = false;
    spec.height = narrow ? 330 : 440;
    spec.datasets = { rows: drawn, away: awayRows(now, narrow) };
    var steps = now.quarter ? [lib.quarterAt(0), lib.quarterAt(Math.floor(((land.since[1] - 1) % 3 + land.months - 1) / 3))]
      : [lib.monthAt(0), lib.monthAt(land.months - 1)];
    lib.setParameter(spec, "begin", steps[0]);
    lib.setParameter(spec, "finish", steps[1]);
    lib.setParameter(spec, "paper", lib.theme().paper);
    scaled(spec, now, drawn);
    return spec;
  }

  function caption(now) {
    var unit = own.pick(now.signal.unit);
    if (now.scale === "peak") { unit = lib.say("of_peak_unit"); }
    if (now.quarter) { unit = lib.say("mean_month", { unit: unit }); }
    if (now.scale === "log") { unit += " (" + lib.say("log_zero") + ")"; }
    form.hide_leader.disabled = now.scale === "peak" || now.leaders.leader === null;
    panel.querySelector("[data-unit]").textContent = unit;
    panel.querySelector("[data-formula]").textContent = now.signal.formula;
    panel.querySelector("[data-definition]").textContent = own.pick(now.signal.definition);
  }

  function label(now) {
    return lib.say("chart_label", {
      signal: own.pick(now.signal.title), category: own.pick(now.category.title), count: now.category.members.length
    });
  }

  function cell(row, text, number) {
    var node = row.insertCell();
    node.textContent = text;
    if (number) { node.className = "n"; }
    return node;
  }
  function box(row, label, checked, toggle) {
    var input = document.createElement("input");
    input.type = "checkbox";
    input.checked = checked;
    input.setAttribute("aria-label", label);
    input.addEventListener("change", function () { toggle(input.checked); });
    row.insertCell().append(input);
  }

  function table(now) {
    body.textContent = "";
    var members = now.category.members.slice().sort(function (a, b) {
      return (now.numbers.standings[b][0] || 0) - (now.numbers.standings[a][0] || 0);
    });
    members.forEach(function (member) {
      var project = land.projects[member], found = now.numbers.standings[member], row = body.insertRow();
      var head = document.createElement("th"), link = document.createElement("a"), dot = document.createElement("i"), name = document.createElement("bdi");
      head.scope = "row"; link.className = "project"; link.href = "project/" + project.k + ".html";
      dot.className = "dot"; dot.style.background = weight(now, member) === 2 ? lib.theme().riser : ink(member);
      lib.name(name, project.name); link.append(dot, name); head.append(link); row.append(head);
      box(row, lib.say("show", { name: project.name }), !state.hidden.has(member), function (on) {
        if (on) { state.hidden.delete(member); } else { state.hidden.add(member); }
        show();
      });
      box(row, lib.say("colour", { name: project.name }), weight(now, member) > 0, function (on) { colour(member, on); });
      cell(row, lib.number(found[0], now.signal.share), true);
      cell(row, lib.change(found[2]), true).className = "n " + (weight(now, member) === 2 ? "riser" : "");
      cell(row, found[4] === null ? lib.number(null) : lib.monthName(lib.monthAt(found[4])), true);
      cell(row, found[3] ? lib.number(found[0] / found[3], true) : lib.number(null), true);
    });
  }

  function colour(member, on) {
    var now = chosen();
    if (!state.coloured) {
      state.coloured = new Set(now.category.members.filter(function (other) { return weight(now, other) > 0; }));
    }
    if (on) { state.coloured.add(member); } else { state.coloured.delete(member); }
    show();
  }

  function clicked(event, item) {
    var datum = item && item.datum && (item.datum.datum || item.datum);
    if (!datum) { return; }
    var member = land.projects.findIndex(function (project) { return project.k === datum.k; });
    if (member < 0) { return; }
    colour(member, weight(chosen(), member) === 0);
  }

  function show() {
    load(form.signal.value, function () {
      var now = chosen(), focus = document.activeElement, place = -1;
      if (body.contains(focus)) { place = Array.from(body.querySelectorAll("input")).indexOf(focus); }
      caption(now);
      table(now);
      if (place >= 0) { body.querySelectorAll("input")[place].focus(); }
      lib.draw(plot, specification(now), label(now)).then(function (result) {
        result.view.addEventListener("click", clicked);
        panel.dataset.drawn = String(Number(panel.dataset.drawn || 0) + 1);
      });
    });
  }

  function reset() {
    state.hidden.clear();
    state.coloured = null;
    load(form.signal.value, function () {
      var leaders = chosen().leaders;
      form.hide_leader.checked = leaders.off && leaders.leader !== leaders.riser;
      show();
    });
  }

  form.addEventListener("change", function (event) {
    if (event.target.name === "category" || event.target.name === "signal") { reset(); } else { show(); }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  panel.querySelector("[data-reset]").addEventListener("click", reset);
  document.addEventListener("ecotone:changed", show);
  var width = 0, timer = null;
  new ResizeObserver(function () {
    if (Math.abs(plot.clientWidth - width) < 4) { return; }
    width = plot.clientWidth;
    clearTimeout(timer);
    timer = setTimeout(show, 80);
  }).observe(plot);
  own.chartRows = function () { return rows(chosen()); };
  own.chartLabels = function () { return specification(chosen()).datasets.labels; };
  width = plot.clientWidth;
  reset();
})();
