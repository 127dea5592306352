// Every page: language, light or dark, tables that sort and filter. Loaded in the head so that nothing flashes.
(function () {
  "use strict";
  var root = document.documentElement;
  function recall(key) { try { return localStorage.getItem("ecotone-" + key); } catch (error) { return null; } }
  function remember(key, value) { try { localStorage.setItem("ecotone-" + key, value); } catch (error) { /* private mode */ } }

  var asked = /[?&]lang=(en|zh)\b/.exec(location.search);
  root.lang = (asked && asked[1]) || recall("language") || root.lang || "en";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  root.dataset.theme = recall("theme") || (dark.matches ? "dark" : "light");

  window.ecotone = {
    language: function () { return root.lang; },
    theme: function () { return root.dataset.theme; },
    pick: function (pair) { return pair[root.lang === "zh" ? 1 : 0]; }
  };
  function changed() { document.dispatchEvent(new CustomEvent("ecotone:changed")); }

  function speak() {
    var zh = root.lang === "zh";
    document.querySelectorAll("option[data-en], title[data-en]").forEach(function (node) {
      node.textContent = zh ? node.dataset.zh : node.dataset.en;
    });
    document.querySelectorAll("[data-aria-label-en]").forEach(function (node) {
      node.setAttribute("aria-label", node.getAttribute("data-aria-label-" + root.lang));
    });
  }

  function value(row, column) {
    var cell = row.cells[column];
    if (!("value" in cell.dataset)) { return { text: cell.textContent.trim().toLowerCase() }; }
    var raw = cell.dataset.value;
    return { empty: raw === "", number: Number(raw), text: raw };
  }

  function compare(column, down) {
    return function (a, b) {
      var x = value(a, column), y = value(b, column);
      if (x.empty || y.empty) { return (x.empty ? 1 : 0) - (y.empty ? 1 : 0); } // absent values stay last
      var order = isNaN(x.number) || isNaN(y.number) ? (x.text < y.text ? -1 : x.text > y.text ? 1 : 0) : x.number - y.number;
      return down ? -order : order;
    };
  }

  function sortable(table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = head.querySelector("[data-sort]");
      if (!button) { return; }
      button.addEventListener("click", function () {
        var text = !head.classList.contains("n");
        var now = head.getAttribute("aria-sort");
        var down = now ? now !== "descending" : !text;
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.from(table.tBodies[0].rows).sort(compare(column, down));
        rows.forEach(function (row, place) { row.cells[0].textContent = place + 1; table.tBodies[0].append(row); });
      });
    });
  }

  function filtered(table) {
    var category = document.querySelector("[data-filter-category]");
    var name = document.querySelector("[data-filter-name]");
    function apply() {
      var wanted = name.value.trim().toLowerCase();
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        row.hidden = (category.value && row.dataset.category !== category.value) ||
          (wanted && row.dataset.name.toLowerCase().indexOf(wanted) < 0);
      });
    }
    category.addEventListener("change", apply);
    name.addEventListener("input", apply);
    name.form.addEventListener("submit", function (event) { event.preventDefault(); });
  }

  document.addEventListener("DOMContentLoaded", function () {
    speak();
    document.querySelector("[data-language]").addEventListener("click", function () {
      root.lang = root.lang === "zh" ? "en" : "zh";
      remember("language", root.lang);
      speak();
      changed();
    });
    document.querySelector("[data-theme-switch]").addEventListener("click", function () {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      remember("theme", root.dataset.theme);
      changed();
    });
    dark.addEventListener("change", function () {
      if (recall("theme")) { return; }
      root.dataset.theme = dark.matches ? "dark" : "light";
      changed();
    });
    document.querySelectorAll("table[data-sortable]").forEach(function (table) { sortable(table); filtered(table); });
  });
})();
