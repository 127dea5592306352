// The tree of groups: show the groups of the chosen cut; the choice is kept in the address as groups=N.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    const tree = document.querySelector("[data-tree]"), own = window.ecotone;
    if (!tree) { return; }
    const choices = Array.from(tree.querySelectorAll("input[name=cut]"));
    const byDefault = choices.find((choice) => choice.defaultChecked);
    function showCut(choice) {
      choice.checked = true;
      tree.querySelectorAll("[data-cut]").forEach((list) => { list.hidden = list.dataset.cut !== choice.value; });
      tree.querySelectorAll("[data-column]").forEach((cell) => {
        cell.classList.toggle("chosen", cell.dataset.column === choice.value);
      });
    }
    function readChoice() {
      const wanted = own.readAddress().get("groups");
      showCut(choices.find((choice) => choice.value === wanted) || byDefault);
    }
    choices.forEach((choice) => choice.addEventListener("change", () => {
      showCut(choice);
      own.updateAddress({ groups: choice === byDefault ? null : choice.value });
    }));
    document.addEventListener("ecotone:address", readChoice);
    readChoice();
  });
})();
