// Where the names of curves stand: each beside its own curve's end, apart from the others.
// The rules and the constants are those of charts/labels.py; letters are measured here.
(function () {
  "use strict";
  var LINE = 14, GAP = 8, REACH = 22, LONGEST = 30, ROUNDS = 200, CLOSE = 0.5;
  var pen = document.createElement("canvas").getContext("2d");

  function cut(text) {
    var letters = Array.from(text);
    return letters.length <= LONGEST ? text : letters.slice(0, LONGEST - 1).join("") + "…";
  }
  function sideBySide(a, b) { return a.left < b.right + GAP / 2 && b.left < a.right + GAP / 2; }

  function spread(found, frame) {
    var at = found.map(function (label) { return label.wish; }), moved = true, round, i, j, apart, push;
    function inside(y) { return Math.min(Math.max(y, LINE / 2), frame.height); }
    for (round = 0; round < ROUNDS && moved; round += 1) {
      moved = false;
      for (i = 0; i < found.length; i += 1) {
        for (j = 0; j < i; j += 1) {
          apart = at[i] - at[j];
          if (!sideBySide(found[i], found[j]) || Math.abs(apart) > LINE - CLOSE / 2) { continue; }
          push = (LINE - Math.abs(apart)) / 2 * (apart < 0 ? -1 : 1);
          at[i] = inside(at[i] + push);
          at[j] = inside(at[j] - push);
          moved = true;
        }
      }
    }
    return found.map(function (label, place) { return Object.assign({}, label, { y: at[place] }); });
  }

  function readable(found) {
    return found.every(function (a, place) {
      return Math.abs(a.y - a.y0) <= REACH && found.slice(0, place).every(function (b) {
        return Math.abs(a.y - b.y) >= LINE - CLOSE || !sideBySide(a, b);
      });
    });
  }

  function label(row, end, frame) {
    var text = cut(row.tag), size = pen.measureText(text).width, x = frame.x(row), y = frame.y(row), beside = x + GAP;
    var behind = frame.x(end) - x;
    if (behind > 0 && behind <= 3 * GAP && Math.abs(frame.y(end) - y) < LINE) { beside = frame.x(end) + GAP; }
    var left = Math.max(Math.min(beside, frame.width + frame.right - size - 2), 0);
    var wish = left >= beside ? y : y > 2 * LINE ? y - LINE : y + LINE;
    return Object.assign({}, row, { text: text, x0: x, y0: y, left: left, right: left + size, wish: wish, y: wish });
  }

  // frame: width, height, right (room right of the plot) in pixels; x(row), y(row)
  window.ecotone.lib.labels = function (drawn, frame, font) {
    var ends = {}, placed = [];
    pen.font = "bold 11px " + font;
    drawn.forEach(function (row) { if (row.end) { ends[row.k] = row; } });
    drawn.filter(function (row) { return row.named && row.v !== null && row.f > 0; }).sort(function (a, b) {
      return b.f - a.f || b.v - a.v || (a.k < b.k ? -1 : 1);
    }).forEach(function (row) {
      var tried = spread(placed.concat(label(row, ends[row.k], frame)), frame);
      if (readable(tried)) { placed = tried; }
    });
    return placed.map(function (found) {
      var far = found.left > found.x0 && Math.abs(found.y - found.y0) > LINE / 2;
      return Object.assign(found, { x: found.left, x0: found.x0 + 3, line: far });
    });
  };
})();
