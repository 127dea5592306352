// All pages: language, theme, address, sortable tables. Loaded in the head to avoid flashing.
(function () {
  "use strict";
  const root = document.documentElement;
  function loadSetting(key) { try { return localStorage.getItem("ecotone-" + key); } catch (error) { return null; } }
  function storeSetting(key, value) { try { localStorage.setItem("ecotone-" + key, value); } catch (error) { /* private mode */ } }

  // The key=value pairs after # in the address; an ordinary anchor has none.
  function readAddress() {
    const text = location.hash.slice(1);
    return text.includes("=") ? new URLSearchParams(text) : new URLSearchParams();
  }
  // Change keys of the address without loading; null removes a key.
  function updateAddress(changes) {
    const parameters = readAddress();
    Object.entries(changes).forEach(([key, value]) => {
      if (value === null || value === "") { parameters.delete(key); } else { parameters.set(key, value); }
    });
    const text = parameters.toString().replace(/%2C/g, ",").replace(/%2F/g, "/");
    if (text === location.hash.slice(1) || (!text && !location.hash.includes("="))) { return; }
    try { history.replaceState(history.state, "", "#" + text); } catch (error) { location.replace("#" + text); }
  }

  const requestedLanguage = /[?&]lang=(en|zh)\b/.exec(location.search);
  // The first language that the reader's browser asks for and the report has.
  const browserLanguage = (navigator.languages || []).map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "en" || tag === "zh");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function firstAllowed(choices, ...values) { return values.find((value) => choices.includes(value)); }
  function applySettings() {
    root.lang = firstAllowed(["en", "zh"], readAddress().get("lang"), requestedLanguage && requestedLanguage[1], loadSetting("language"), browserLanguage, root.lang, "en");
    root.dataset.theme = firstAllowed(["light", "dark"], readAddress().get("theme"), loadSetting("theme"), dark.matches ? "dark" : "light");
  }
  applySettings();

  window.ecotone = {
    currentLanguage: () => root.lang,
    currentThemeName: () => root.dataset.theme,
    inLanguage: (pair) => pair[root.lang === "zh" ? 1 : 0],
    readAddress, updateAddress, makeSortable
  };
  function notifyChange() { document.dispatchEvent(new CustomEvent("ecotone:changed")); }

  function translatePage() {
    const zh = root.lang === "zh";
    document.querySelectorAll("option[data-en], title[data-en]").forEach((node) => {
      node.textContent = zh ? node.dataset.zh : node.dataset.en;
    });
    document.querySelectorAll("[data-aria-label-zh]").forEach((node) => {
      if (!("ariaEn" in node.dataset)) { node.dataset.ariaEn = node.getAttribute("aria-label"); }
      node.setAttribute("aria-label", zh ? node.getAttribute("data-aria-label-zh") : node.dataset.ariaEn);
    });
  }

  function sortValue(row, column) {
    const cell = row.cells[column];
    if (!("value" in cell.dataset)) { return { text: cell.textContent.trim().toLowerCase() }; }
    const raw = cell.dataset.value;
    return { empty: raw === "", number: Number(raw), text: raw };
  }
  function compareRows(column, down) {
    return (a, b) => {
      const x = sortValue(a, column), y = sortValue(b, column);
      if (x.empty || y.empty) { return (x.empty ? 1 : 0) - (y.empty ? 1 : 0); } // missing values stay last
      const text = isNaN(x.number) || isNaN(y.number);
      const order = text ? (x.text < y.text ? -1 : x.text > y.text ? 1 : 0) : x.number - y.number;
      return down ? -order : order;
    };
  }
  function makeSortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = head.querySelector("[data-sort]");
      if (!button) { return; }
      button.addEventListener("click", () => {
        const text = !head.classList.contains("n"), now = head.getAttribute("aria-sort");
        const down = now ? now !== "descending" : !text;
        heads.forEach((column) => column.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.from(table.tBodies[0].rows).sort(compareRows(column, down)).forEach((row, position) => {
          if ("place" in row.cells[0].dataset) { row.cells[0].textContent = position + 1; }
          table.tBodies[0].append(row);
        });
      });
    });
  }

  function makeFilterable(table) {
    const category = document.querySelector("[data-filter-category]"), name = document.querySelector("[data-filter-name]");
    if (!category || !name) { return; }
    function applyFilter() {
      const wanted = name.value.trim().toLowerCase();
      Array.from(table.tBodies[0].rows).forEach((row) => {
        row.hidden = Boolean((category.value && row.dataset.category !== category.value) ||
          (wanted && !row.dataset.name.toLowerCase().includes(wanted)));
      });
    }
    category.addEventListener("change", applyFilter);
    name.addEventListener("input", applyFilter);
    name.form.addEventListener("submit", (event) => event.preventDefault());
  }

  document.addEventListener("DOMContentLoaded", () => {
    translatePage();
    document.querySelector("[data-language]").addEventListener("click", () => {
      root.lang = root.lang === "zh" ? "en" : "zh";
      storeSetting("language", root.lang);
      updateAddress({ lang: root.lang });
      translatePage();
      notifyChange();
    });
    document.querySelector("[data-theme-switch]").addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      storeSetting("theme", root.dataset.theme);
      updateAddress({ theme: root.dataset.theme });
      notifyChange();
    });
    dark.addEventListener("change", () => { applySettings(); notifyChange(); });
    // Paper is white.
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = root.dataset.theme;
      if (before !== "light") { root.dataset.theme = "light"; notifyChange(); }
    });
    window.addEventListener("afterprint", () => {
      if (before && before !== root.dataset.theme) { root.dataset.theme = before; notifyChange(); }
      before = null;
    });
    window.addEventListener("hashchange", () => {
      if (!location.hash.includes("=")) { return; }
      applySettings();
      translatePage();
      document.dispatchEvent(new CustomEvent("ecotone:address"));
      notifyChange();
    });
    document.querySelectorAll("table[data-sortable]").forEach((table) => { makeSortable(table); makeFilterable(table); });
  });
})();
