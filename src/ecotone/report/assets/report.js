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
    ["aria-label", "placeholder"].forEach((name) => document.querySelectorAll("[data-" + name + "-zh]").forEach((node) => {
      if (!node.hasAttribute("data-" + name + "-en")) { node.setAttribute("data-" + name + "-en", node.getAttribute(name)); }
      node.setAttribute(name, node.getAttribute("data-" + name + (zh ? "-zh" : "-en")));
    }));
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
  // key: where the address keeps the order, as column and direction (3d, 0a)
  function makeSortable(table, key) {
    const heads = Array.from(table.tHead.rows[0].cells);
    function sortBy(column, down) {
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
      Array.from(table.tBodies[0].rows).sort(compareRows(column, down)).forEach((row, position) => {
        if ("place" in row.cells[0].dataset) { row.cells[0].textContent = position + 1; }
        table.tBodies[0].append(row);
      });
    }
    heads.forEach((head, column) => {
      const button = head.querySelector("[data-sort]");
      if (!button) { return; }
      button.addEventListener("click", () => {
        const text = !head.classList.contains("n"), now = head.getAttribute("aria-sort"), down = now ? now !== "descending" : !text;
        sortBy(column, down);
        updateAddress({ [key]: column + (down ? "d" : "a") });
      });
    });
    const kept = /^(\d{1,2})([ad])$/.exec(readAddress().get(key) || "");
    if (kept && heads[kept[1]] && heads[kept[1]].querySelector("[data-sort]")) { sortBy(Number(kept[1]), kept[2] === "d"); }
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
    function keepFilter() {
      updateAddress({ in: category.value || null, find: name.value || null });
      applyFilter();
    }
    category.value = readAddress().get("in") || "";
    if (category.selectedIndex < 0) { category.value = ""; }
    name.value = readAddress().get("find") || "";
    category.addEventListener("change", keepFilter);
    name.addEventListener("input", keepFilter);
    name.form.addEventListener("submit", (event) => event.preventDefault());
    applyFilter();
  }

  // PAGE?embed=KEY shows one chart alone, for a frame on another page; the link at its end opens the whole page.
  function showOneChart() {
    const key = /[?&]embed=([\w-]+)/.exec(location.search), figure = key && document.getElementById(key[1]);
    if (!figure) { return; }
    root.classList.add("embedded");
    for (let node = figure; node !== document.body; node = node.parentElement) {
      Array.from(node.parentElement.children).forEach((other) => { if (other !== node && !/^(SCRIPT|STYLE)$/.test(other.tagName) && !other.classList.contains("tip")) { other.hidden = true; } });
    }
    const link = document.createElement("a");
    link.href = location.pathname.split("/").pop() + location.hash;
    link.target = "_blank";
    link.rel = "noopener";
    link.className = "whole";
    link.textContent = "Ecotone · " + document.title;
    figure.append(link);
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
    document.querySelectorAll("table[data-sortable]").forEach((table, index) => { makeSortable(table, "sort" + (index || "")); makeFilterable(table); });
    showOneChart();
  });
})();
