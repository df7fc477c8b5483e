// What the frame does beyond links and forms: the look-up's keys, lists, dialogs, notes that leave by themselves, copying.

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]");

function lookup(box) {
  const input = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");

  const show = (shown) => {
    box.classList.toggle("lookup-open", shown);
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    active()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.id ||= `lookup-option-${options().indexOf(option)}`;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = options();
    if (all.length === 0) return;
    const next = all.indexOf(active()) + by;
    choose(all[(next + all.length) % all.length]);
  };

  document.addEventListener("keydown", (event) => {
    const slash = event.key === "/" && !isTyping(event.target);
    const control = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
    if (!slash && !control) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      (active() ?? options()[0])?.click();
    } else if (event.key === "Escape") {
      input.value = "";
      list.replaceChildren();
      show(false);
      input.blur();
    }
  });
  list.addEventListener("htmx:afterSwap", () => show(list.childElementCount > 0));
  input.addEventListener("focus", () => show(list.childElementCount > 0));
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) show(false);
  });
}

// A note stays ten seconds, and as long as somebody reads it or has a hand on it.
function settle(note) {
  if (!note.classList.contains("alert-danger")) {
    let leave = setTimeout(() => note.remove(), 10_000);
    const stay = () => clearTimeout(leave);
    const go = () => { stay(); leave = setTimeout(() => note.remove(), 10_000); };
    for (const [event, act] of [["pointerenter", stay], ["focusin", stay], ["pointerleave", go], ["focusout", go]])
      note.addEventListener(event, act);
  }
  note.querySelector("[data-dismiss]").addEventListener("click", () => note.remove());
}

function start(root) {
  for (const note of root.querySelectorAll("[data-toast]:not([data-settled])")) {
    note.dataset.settled = "";
    settle(note);
  }
}

// One note says that a part of the page could not be had, however often it is asked for. What breaks off because
// the page is left is nobody's trouble.
let leaving = false;
addEventListener("beforeunload", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

function complain(name) {
  if (leaving) return;
  const notes = document.getElementById("toasts");
  if (notes.querySelector(`[data-about=${name}]`)) return;
  const note = document.getElementById(name).content.firstElementChild.cloneNode(true);
  note.dataset.about = name;
  notes.append(note);
  start(notes);
}

function healthIsLost() {
  const health = document.querySelector("[data-health]");
  if (!health || leaving) return;
  health.className = "dropdown health health-bad";
  health.querySelector(".health-word").textContent = health.dataset.lost;
}

document.addEventListener("htmx:sendError", healthIsLost);
document.addEventListener("htmx:sendError", () => complain("note-lost"));
document.addEventListener("htmx:responseError", () => complain("note-failed"));
document.addEventListener("htmx:afterOnLoad", () => document.querySelector("[data-about=note-lost]")?.remove());
document.querySelectorAll("[data-lookup]").forEach(lookup);
document.querySelector(".settings-place[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));

// Filters: an address says only what was chosen; a refusal of the list stands in the list's place.
const isFilters = (form) => form.matches?.("[data-filters]");
document.addEventListener("formdata", (event) => {
  if (isFilters(event.target)) dropEmpty(event.formData);
});
document.addEventListener("htmx:configRequest", (event) => {
  if (isFilters(event.target)) dropEmpty(event.detail.formData);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status !== 400 || !target.matches("[data-list]") || !xhr.responseText.includes(" data-list")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
function dropEmpty(data) {
  for (const [name, value] of [...data]) if (value === "") data.delete(name);
}

// A list's rows by the arrows, from the filters down.
document.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const rows = [...document.querySelectorAll("[data-list] .list-main a")];
  const at = rows.indexOf(event.target);
  const enters = event.target === document.body || event.target.matches("[data-filters] input[type=search]");
  const next = at >= 0 ? rows[at + by] : enters && by > 0 ? rows[0] : null;
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Of tabs in one line, more than fit, the one that is shown is in sight.
for (const tab of document.querySelectorAll(".people-tabs [aria-current], .settings-nav [aria-current]")) {
  const line = tab.parentElement;
  line.scrollLeft += Math.max(tab.getBoundingClientRect().right - line.getBoundingClientRect().right, 0);
}

// A link to a question opens it over the page.
const dialog = document.createElement("dialog");
dialog.className = "dialog";
dialog.setAttribute("aria-labelledby", "confirm-title");
document.body.append(dialog);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  htmx.ajax("GET", link.href, { source: link, target: dialog, select: "#confirm", swap: "innerHTML" });
});
dialog.addEventListener("htmx:afterSettle", () => { if (dialog.childElementCount && !dialog.open) dialog.showModal(); });
dialog.addEventListener("click", (event) => {
  if (event.target !== dialog && !event.target.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1_500);
});
