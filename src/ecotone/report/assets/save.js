// Save a chart as displayed: SVG, PNG, CSV. Everything is created in the page, without network requests.
(function () {
  "use strict";
  const own = window.ecotone, lib = own.lib, pen = document.createElement("canvas").getContext("2d");
  const MARGIN = 20, PIXELS = 2;

  function escapeXml(text) {
    return String(text).replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" }[letter]))
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  }
  // Wrap a text to a width in pixels; Chinese may break anywhere, other text at spaces.
  function wrapText(text, font, width) {
    pen.font = font;
    const lines = [];
    let line = "";
    (text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) || []).forEach((piece) => {
      if (line && pen.measureText((line + piece).trimEnd()).width > width) { lines.push(line.trimEnd()); line = ""; }
      line += piece;
    });
    return line.trim() ? lines.concat(line.trimEnd()) : lines;
  }
  function writeLines(texts, x, top, family, room) {
    let y = top;
    const parts = texts.flatMap(({ text, size, weight, fill }) => wrapText(text, weight + " " + size + "px " + family, room).map((line) => {
      y += size * 1.4;
      return '<text x="' + x + '" y="' + y.toFixed(1) + '" font-size="' + size + '" font-weight="' + weight + '" fill="' + fill + '">' + escapeXml(line) + "</text>";
    }));
    return { text: parts.join(""), bottom: y };
  }

  // The visible legend of a chart: squares with texts, in rows of `room` pixels.
  function drawLegend(figure, left, top, family, inks, room) {
    let x = 0, row = 0;
    const size = 11.5, font = size + "px " + family;
    pen.font = font;
    const parts = Array.from(figure.querySelectorAll("figcaption .legend > span")).filter((item) => item.checkVisibility()).map((item) => {
      const key = item.querySelector(".key"), words = item.innerText.trim(), wide = pen.measureText(words).width + 38;
      if (!key) { return ""; }
      if (x && x + wide > room) { x = 0; row += 1; }
      const at = left + x, y = top + 20 * row;
      x += wide;
      return '<rect x="' + at + '" y="' + y + '" width="13" height="11" rx="2" fill="' + getComputedStyle(key).backgroundColor + '"/>' +
        '<text x="' + (at + 19) + '" y="' + (y + 10) + '" font-size="' + size + '" fill="' + inks.quiet + '">' + escapeXml(words) + "</text>";
    }).join("");
    return { text: parts, bottom: parts ? top + 20 * (row + 1) : top };
  }

  // The chart with title and caption.
  async function createSvg(content) {
    const look = lib.currentTheme(), inks = look.parameters, family = look.config.font;
    const drawn = new DOMParser().parseFromString(await content.view.toSVG(1), "image/svg+xml").documentElement;
    const width = Number(drawn.getAttribute("width")), height = Number(drawn.getAttribute("height")), room = width;
    const quiet = { size: 11, weight: "400", fill: inks.quiet };
    const above = writeLines([
      { text: content.title, size: 18, weight: "600", fill: inks.ink },
      ...content.lines.map((text) => Object.assign({ text: text }, quiet, { size: 12 }))
    ], MARGIN, MARGIN - 6, family, room);
    const keys = drawLegend(content.figure, MARGIN, above.bottom + 12, family, inks, room), begin = keys.bottom + (keys.text ? 4 : 2);
    const under = [["unit", content.unit], ["formula", content.formula], ["period", content.period], ["source", content.source], ["coverage", content.coverage]]
      .filter(([, text]) => text).map(([key, text]) => lib.formatMessage(key) + lib.formatMessage("colon") + text).join(" · ");
    const below = writeLines([Object.assign({ text: under }, quiet), Object.assign({ text: lib.formatMessage("made_by") }, quiet)],
      MARGIN, begin + height + 4, family, room);
    drawn.setAttribute("x", MARGIN);
    drawn.setAttribute("y", begin.toFixed(1));
    const whole = [width + 2 * MARGIN, Math.ceil(below.bottom + MARGIN)];
    return {
      width: whole[0], height: whole[1],
      text: '<svg xmlns="http://www.w3.org/2000/svg" width="' + whole[0] + '" height="' + whole[1] + '" viewBox="0 0 ' + whole.join(" ") +
        '" font-family="' + escapeXml(family) + '"><rect width="100%" height="100%" fill="' + inks.paper + '"/>' +
        above.text + keys.text + new XMLSerializer().serializeToString(drawn) + below.text + "</svg>"
    };
  }

  async function createPng(content) {
    const drawing = await createSvg(content), image = new Image(), canvas = document.createElement("canvas");
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(drawing.text);
    await image.decode();
    canvas.width = drawing.width * PIXELS;
    canvas.height = drawing.height * PIXELS;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  }

  function csvCell(value) {
    let text = value === null || value === undefined ? "" : String(value);
    // a spreadsheet would run such a text as a formula; the same rule as spreadsheet_cell
    if (typeof value === "string") {
      text = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
      if (/^[ \u00a0\u3000\ufffd]*[=+\-@\t\r\n＝＋－＠]/.test(text)) text = "'" + text;
    }
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }
  function createCsv(content) { return content.table.map((row) => row.map(csvCell).join(",")).join("\n") + "\n"; }

  async function saveFigure(figure, kind) {
    const exported = Object.assign({ figure: figure }, figure.ecotoneSave()), link = document.createElement("a");
    const content = kind === "svg" ? new Blob([(await createSvg(exported)).text], { type: "image/svg+xml" })
      : kind === "png" ? await createPng(exported) : new Blob([createCsv(exported)], { type: "text/csv;charset=utf-8" });
    link.href = URL.createObjectURL(content);
    link.download = exported.name + "." + kind;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // The address at which a chart stands alone, with its present state, as a frame for another page.
  function copyFrame(figure, button) {
    const address = location.href.split(/[?#]/)[0] + "?embed=" + figure.id + location.hash;
    const frame = '<iframe src="' + escapeXml(address) + '" width="100%" height="560" style="border:0" loading="lazy" title="' + escapeXml(figure.querySelector("h2, h3").innerText) + '"></iframe>';
    const done = () => { button.classList.add("done"); setTimeout(() => button.classList.remove("done"), 1500); };
    navigator.clipboard && window.isSecureContext ? navigator.clipboard.writeText(frame).then(done, () => window.prompt("", frame)) : window.prompt("", frame);
  }

  // A page that stands alone has no address that others can frame.
  document.querySelectorAll(document.querySelector("[data-search]") ? "figure .save" : "none").forEach((group) => {
    const button = document.createElement("button"), [en, zh] = window.ecotoneData.landscape.words["embed_label"];
    button.type = "button";
    button.dataset.save = "embed";
    button.textContent = "</>";
    button.setAttribute("data-aria-label-en", en);
    button.setAttribute("data-aria-label-zh", zh);
    button.setAttribute("aria-label", own.inLanguage([en, zh]));
    group.append(button);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save]");
    if (button && button.dataset.save === "embed") { copyFrame(button.closest("figure"), button); } else if (button) { saveFigure(button.closest("figure, [data-saved]"), button.dataset.save); }
  });
})();
