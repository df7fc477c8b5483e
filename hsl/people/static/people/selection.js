// Choosing people of a list: all on the page, how many, and all that match.

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-list]");
  if (!list) return;
  const picks = [...list.querySelectorAll("input[name=person]")];
  const all = list.querySelector("[data-pick-all]");
  if (event.target === all) for (const pick of picks) pick.checked = all.checked;
  const chosen = picks.filter((pick) => pick.checked).length;
  if (all) {
    all.checked = chosen === picks.length;
    all.indeterminate = chosen > 0 && chosen < picks.length;
  }
  const said = list.querySelector("[data-chosen]");
  const everyone = list.querySelector("[data-everyone]");
  if (said) said.textContent = everyone.checked ? "" : said.dataset.words.replace("%s", chosen);
});

// A page that comes back from the browser's history has its boxes as they were left.
addEventListener("pageshow", () => {
  document.querySelector("[data-list] input[name=person]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
});
