// Label placement at the ends of curves. Rules and constants as in charts/line_labels.py, with measured text widths.
(function () {
  "use strict";
  var LINE = 14, GAP = 8, REACH = 22, LONGEST = 30, ROUNDS = 200, CLOSE = 0.5;
  var pen = document.createElement("canvas").getContext("2d");

  function truncateName(text) {
    var letters = Array.from(text);
    return letters.length <= LONGEST ? text : letters.slice(0, LONGEST - 1).join("") + "…";
  }
  function overlapHorizontally(a, b) { return a.left < b.right + GAP / 2 && b.left < a.right + GAP / 2; }

  function spreadLabels(boxes, frame) {
    var at = boxes.map(function (label) { return label.wish; }), moved = true, round, i, j, apart, push;
    function clampToPlot(y) { return Math.min(Math.max(y, LINE / 2), frame.height); }
    for (round = 0; round < ROUNDS && moved; round += 1) {
      moved = false;
      for (i = 0; i < boxes.length; i += 1) {
        for (j = 0; j < i; j += 1) {
          apart = at[i] - at[j];
          if (!overlapHorizontally(boxes[i], boxes[j]) || Math.abs(apart) > LINE - CLOSE / 2) { continue; }
          push = (LINE - Math.abs(apart)) / 2 * (apart < 0 ? -1 : 1);
          at[i] = clampToPlot(at[i] + push);
          at[j] = clampToPlot(at[j] - push);
          moved = true;
        }
      }
    }
    return boxes.map(function (label, index) { return Object.assign({}, label, { y: at[index] }); });
  }

  function areReadable(boxes) {
    return boxes.every(function (a, index) {
      return Math.abs(a.y - a.y0) <= REACH && boxes.slice(0, index).every(function (b) {
        return Math.abs(a.y - b.y) >= LINE - CLOSE || !overlapHorizontally(a, b);
      });
    });
  }

  function createLabel(row, end, frame) {
    var text = truncateName(row.tag), size = pen.measureText(text).width, x = frame.x(row), y = frame.y(row), start = x + GAP;
    var behind = frame.x(end) - x;
    if (behind > 0 && behind <= 3 * GAP && Math.abs(frame.y(end) - y) < LINE) { start = frame.x(end) + GAP; }
    var left = Math.max(Math.min(start, frame.width + frame.right - size - 2), 0);
    var wish = left >= start ? y : y > 2 * LINE ? y - LINE : y + LINE;
    return Object.assign({}, row, { text: text, x0: x, y0: y, left: left, right: left + size, wish: wish, y: wish });
  }

  // frame: width, height, right (room right of the plot) in pixels; x(row), y(row)
  window.ecotone.lib.placeLabels = function (drawn, frame, font) {
    var ends = {}, placed = [];
    pen.font = "bold 11px " + font;
    drawn.forEach(function (row) { if (row.end) { ends[row.k] = row; } });
    drawn.filter(function (row) { return row.named && row.v !== null && row.f > 0; }).sort(function (a, b) {
      return b.f - a.f || b.v - a.v || (a.k < b.k ? -1 : 1);
    }).forEach(function (row) {
      var tried = spreadLabels(placed.concat(createLabel(row, ends[row.k], frame)), frame);
      if (areReadable(tried)) { placed = tried; }
    });
    return placed.map(function (box) {
      var moved = box.left > box.x0 && Math.abs(box.y - box.y0) > LINE / 2;
      return Object.assign(box, { x: box.left, x0: box.x0 + 3, line: moved });
    });
  };
})();
