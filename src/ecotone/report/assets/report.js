// Every page: language, light or dark, the address, tables that sort. Loaded in the head so that nothing flashes.
(function () {
  "use strict";
  const root = document.documentElement;
  function recall(key) { try { return localStorage.getItem("ecotone-" + key); } catch (error) { return null; } }
  function remember(key, value) { try { localStorage.setItem("ecotone-" + key, value); } catch (error) { /* private mode */ } }

  // What the part of the address after # says as key=value; an ordinary anchor says nothing.
  function told() {
    const text = location.hash.slice(1);
    return text.includes("=") ? new URLSearchParams(text) : new URLSearchParams();
  }
  // Write keys into the address without loading; null takes a key away.
  function tell(changes) {
    const found = told();
    Object.entries(changes).forEach(([key, value]) => {
      if (value === null || value === "") { found.delete(key); } else { found.set(key, value); }
    });
    const text = found.toString().replace(/%2C/g, ",").replace(/%2F/g, "/");
    if (text === location.hash.slice(1) || (!text && !location.hash.includes("="))) { return; }
    try { history.replaceState(history.state, "", "#" + text); } catch (error) { location.replace("#" + text); }
  }

  const asked = /[?&]lang=(en|zh)\b/.exec(location.search);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function oneOf(choices, ...values) { return values.find((value) => choices.includes(value)); }
  function settle() {
    root.lang = oneOf(["en", "zh"], told().get("lang"), asked && asked[1], recall("language"), root.lang, "en");
    root.dataset.theme = oneOf(["light", "dark"], told().get("theme"), recall("theme"), dark.matches ? "dark" : "light");
  }
  settle();

  window.ecotone = {
    language: () => root.lang,
    theme: () => root.dataset.theme,
    pick: (pair) => pair[root.lang === "zh" ? 1 : 0],
    told: told,
    tell: tell,
    sortable: sortable
  };
  function changed() { document.dispatchEvent(new CustomEvent("ecotone:changed")); }

  function speak() {
    const zh = root.lang === "zh";
    document.querySelectorAll("option[data-en], title[data-en]").forEach((node) => {
      node.textContent = zh ? node.dataset.zh : node.dataset.en;
    });
    document.querySelectorAll("[data-aria-label-zh]").forEach((node) => {
      if (!("ariaEn" in node.dataset)) { node.dataset.ariaEn = node.getAttribute("aria-label"); }
      node.setAttribute("aria-label", zh ? node.getAttribute("data-aria-label-zh") : node.dataset.ariaEn);
    });
  }

  function value(row, column) {
    const cell = row.cells[column];
    if (!("value" in cell.dataset)) { return { text: cell.textContent.trim().toLowerCase() }; }
    const raw = cell.dataset.value;
    return { empty: raw === "", number: Number(raw), text: raw };
  }
  function compare(column, down) {
    return (a, b) => {
      const x = value(a, column), y = value(b, column);
      if (x.empty || y.empty) { return (x.empty ? 1 : 0) - (y.empty ? 1 : 0); } // absent values stay last
      const text = isNaN(x.number) || isNaN(y.number);
      const order = text ? (x.text < y.text ? -1 : x.text > y.text ? 1 : 0) : x.number - y.number;
      return down ? -order : order;
    };
  }
  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = head.querySelector("[data-sort]");
      if (!button) { return; }
      button.addEventListener("click", () => {
        const text = !head.classList.contains("n"), now = head.getAttribute("aria-sort");
        const down = now ? now !== "descending" : !text;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.from(table.tBodies[0].rows).sort(compare(column, down)).forEach((row, place) => {
          if ("place" in row.cells[0].dataset) { row.cells[0].textContent = place + 1; }
          table.tBodies[0].append(row);
        });
      });
    });
  }

  function filtered(table) {
    const category = document.querySelector("[data-filter-category]"), name = document.querySelector("[data-filter-name]");
    if (!category || !name) { return; }
    function apply() {
      const wanted = name.value.trim().toLowerCase();
      Array.from(table.tBodies[0].rows).forEach((row) => {
        row.hidden = Boolean((category.value && row.dataset.category !== category.value) ||
          (wanted && !row.dataset.name.toLowerCase().includes(wanted)));
      });
    }
    category.addEventListener("change", apply);
    name.addEventListener("input", apply);
    name.form.addEventListener("submit", (event) => event.preventDefault());
  }

  document.addEventListener("DOMContentLoaded", () => {
    speak();
    document.querySelector("[data-language]").addEventListener("click", () => {
      root.lang = root.lang === "zh" ? "en" : "zh";
      remember("language", root.lang);
      tell({ lang: root.lang });
      speak();
      changed();
    });
    document.querySelector("[data-theme-switch]").addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      remember("theme", root.dataset.theme);
      tell({ theme: root.dataset.theme });
      changed();
    });
    dark.addEventListener("change", () => { settle(); changed(); });
    // Paper is white.
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = root.dataset.theme;
      if (before !== "light") { root.dataset.theme = "light"; changed(); }
    });
    window.addEventListener("afterprint", () => {
      if (before && before !== root.dataset.theme) { root.dataset.theme = before; changed(); }
      before = null;
    });
    window.addEventListener("hashchange", () => {
      if (!location.hash.includes("=")) { return; }
      settle();
      speak();
      document.dispatchEvent(new CustomEvent("ecotone:address"));
      changed();
    });
    document.querySelectorAll("table[data-sortable]").forEach((table) => { sortable(table); filtered(table); });
  });
})();
