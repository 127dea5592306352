// What all charts share: words, numbers, months, and handing a specification to the library.
(function () {
  "use strict";
  var data = window.ecotoneData, land = data.landscape, own = window.ecotone;
  var MINUS = "\u2212", DASH = "\u2013";

  function say(key, values) {
    var text = own.pick(land.words[key]);
    return text.replace(/\{(\w+)\}/g, function (all, name) { return values && name in values ? values[name] : all; });
  }

  // The same rules as for the numbers written into the pages.
  function number(value, share) {
    if (value === null || value === undefined) { return DASH; }
    if (share) { return (value * 100).toFixed(1) + "%"; }
    var digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    var text = Math.abs(value).toLocaleString("en-US", { maximumFractionDigits: digits });
    return (value < 0 ? MINUS : "") + text;
  }
  function change(value) {
    if (value === null || value === undefined) { return DASH; }
    var percent = Math.round(value * 100);
    return (percent > 0 ? "+" : percent < 0 ? MINUS : "") + Math.abs(percent).toLocaleString("en-US") + "%";
  }

  function monthAt(position) { return Date.UTC(land.since[0], land.since[1] - 1 + position, 1); }
  function quarterAt(position) {
    return Date.UTC(land.since[0], Math.floor((land.since[1] - 1) / 3) * 3 + 3 * position, 1);
  }
  function monthName(time) { return new Date(time).toISOString().slice(0, 7); }
  function quarterName(time) { var day = new Date(time); return day.getUTCFullYear() + " Q" + (day.getUTCMonth() / 3 + 1); }

  // Januaries, or Julys too, or all quarters: as many months as have room.
  function ticks(width) {
    var fit = Math.max(Math.floor(width / 60), 2), steps = [3, 6, 12, 24, 36], found = [], every, position;
    every = steps.find(function (step) { return Math.floor(land.months / step) <= fit; }) || 60;
    for (position = 0; position < land.months; position += 1) {
      if ((land.since[1] - 1 + position) % every === 0) { found.push(monthAt(position)); }
    }
    return found;
  }

  function signalNamed(name) { return land.signals.find(function (signal) { return signal.name === name; }); }
  function theme() { return data.charts.themes[own.theme()]; }

  // What the pointer gets: a row's own words, set as text.
  var tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  function line(key, text) {
    var node = document.createElement("div"), label = document.createElement("span"), value = document.createElement("b");
    label.textContent = say("tip_" + key);
    value.textContent = text;
    node.append(label, value);
    return node;
  }

  function describe(handler, event, item, value) {
    var row = item && item.datum && (item.datum.datum || item.datum);
    tip.hidden = !value || !row || !row.when;
    if (tip.hidden) { return; }
    var head = document.createElement("strong");
    head.textContent = row.name || row.when;
    tip.replaceChildren(head);
    if (row.name) { tip.append(line("month", row.when)); }
    tip.append(line("value", row.shown));
    if (row.bounds) { tip.append(line("bounds", row.bounds)); }
    tip.append(line("coverage", row.coverage));
    var left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    tip.style.left = Math.max(left, 8) + "px";
    tip.style.top = Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8) + "px";
  }

  function draw(node, spec, label) {
    tip.hidden = true;
    spec.config = theme().config;
    spec.description = label;
    return window.vegaEmbed(node, spec, { mode: "vega-lite", renderer: "svg", actions: false, tooltip: describe });
  }

  function copy(spec) { return JSON.parse(JSON.stringify(spec)); }
  function setParameter(spec, name, value) {
    spec.params.forEach(function (entry) { if (entry.name === name) { entry.value = value; } });
  }

  function parameter(spec, name) { return spec.params.find(function (entry) { return entry.name === name; }).value; }

  // A name that breaks after its slash and nowhere else, as in the pages' own markup.
  function name(node, text) {
    node.textContent = "";
    text.split(/(?<=\/)(?=.)/).forEach(function (part, place) {
      var piece = document.createElement("span");
      piece.textContent = part;
      if (place) { node.append(document.createElement("wbr")); }
      node.append(piece);
    });
  }

  window.ecotone.curves = {
    say: say, number: number, change: change, monthAt: monthAt, quarterAt: quarterAt, monthName: monthName, ticks: ticks,
    quarterName: quarterName, signalNamed: signalNamed, theme: theme, draw: draw, copy: copy, setParameter: setParameter,
    parameter: parameter, name: name
  };
})();
