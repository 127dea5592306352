// The search box: an index that is loaded on first use; works from a folder, with the keyboard, in both languages.
(function () {
  "use strict";
  const own = window.ecotone, form = document.querySelector("[data-search]");
  if (!form) { return; }
  // The elements are made here, because every page has them.
  const LABEL = ["Search projects, organisations, technologies", "搜索项目、组织、技术"], SHORT = ["Search", "搜索"], NOTHING = ["Nothing found", "没有找到"];
  const input = document.createElement("input"), list = document.createElement("ul"), root = form.dataset.root;
  const attributes = { type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "search-results", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" };
  Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));
  list.id = "search-results";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  form.append(input, list);
  function translateBox() {
    [input, list].forEach((node) => node.setAttribute("aria-label", own.inLanguage(LABEL)));
    input.placeholder = own.inLanguage(SHORT);
  }
  translateBox();
  const MOST = 12;
  let index = null, waiting = null, chosen = -1;
  form.hidden = false;

  function loadIndex() {
    waiting = waiting || new Promise((done) => {
      const script = document.createElement("script");
      script.src = root + "data/search.js";
      script.onload = () => { index = window.ecotoneData.search; done(); };
      document.head.append(script);
    });
    return waiting;
  }

  // How well an entry fits: 0 not at all; a name that begins with the words counts most, a hint least.
  function entryScore([, names, , hints], words) {
    const name = names.join(" ").toLowerCase(), hint = hints.join(" ").toLowerCase();
    let score = 0;
    for (const word of words) {
      const at = name.indexOf(word);
      const begins = at === 0 || (at > 0 && /[\s/_.-]/.test(name[at - 1]));
      const part = at >= 0 ? (begins ? 8 : 4) : hint.includes(word) ? 1 : 0;
      if (!part) { return 0; }
      score += part;
    }
    return score + 1 / (1 + name.length);
  }
  function findEntries(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) { return []; }
    return index.entries.map((entry) => [entryScore(entry, words), entry]).filter(([score]) => score > 0).map(([score, entry]) => [score - entry[0] / 2, entry])
      .sort((a, b) => b[0] - a[0]).slice(0, MOST).map(([, entry]) => entry);
  }

  function createOption(entry, position) {
    const [kind, names, address, hints] = entry, item = document.createElement("li"), link = document.createElement("a");
    const name = document.createElement("bdi"), about = document.createElement("small");
    item.id = "search-" + position;
    item.setAttribute("role", "option");
    link.href = root + address;
    link.tabIndex = -1;
    name.textContent = own.inLanguage(names);
    about.textContent = [own.inLanguage(index.kinds[kind]), own.inLanguage(hints)].filter(Boolean).join(" · ");
    link.append(name, about);
    item.append(link);
    return item;
  }
  function choose(position) {
    const items = Array.from(list.querySelectorAll("[role=option]"));
    chosen = items.length ? (position + items.length) % items.length : -1;
    items.forEach((item, at) => { item.setAttribute("aria-selected", String(at === chosen)); });
    if (chosen >= 0) { input.setAttribute("aria-activedescendant", items[chosen].id); items[chosen].scrollIntoView({ block: "nearest" }); }
    else { input.removeAttribute("aria-activedescendant"); }
  }
  function showList(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) { chosen = -1; input.removeAttribute("aria-activedescendant"); }
  }
  function search() {
    loadIndex().then(() => {
      const found = findEntries(input.value);
      list.replaceChildren(...found.map(createOption));
      if (!found.length && input.value.trim()) {
        const nothing = document.createElement("li");
        nothing.textContent = own.inLanguage(NOTHING);
        nothing.setAttribute("role", "option");
        nothing.setAttribute("aria-disabled", "true");
        list.append(nothing);
      }
      showList(Boolean(input.value.trim()));
      choose(found.length ? 0 : -1);
    });
  }

  input.addEventListener("focus", loadIndex);
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
      event.preventDefault();
    } else if (event.key === "Escape") { showList(false); }
  });
  form.addEventListener("submit", (event) => {
    const link = list.querySelector("[aria-selected=true] a");
    event.preventDefault();
    if (link) { link.click(); showList(false); }
  });
  document.addEventListener("pointerdown", (event) => { if (!form.contains(event.target)) { showList(false); } });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) { showList(false); } });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      input.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("ecotone:changed", () => { translateBox(); if (!list.hidden) { search(); } });
})();
