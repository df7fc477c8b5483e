// What the frame does beyond links and forms: the look-up's keys, notes that leave by themselves, copying.

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

function settle(note) {
  if (!note.classList.contains("alert-danger")) setTimeout(() => note.remove(), 10_000);
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

document.addEventListener("htmx:sendError", () => complain("note-lost"));
document.addEventListener("htmx:responseError", () => complain("note-failed"));
document.addEventListener("htmx:afterOnLoad", () => document.querySelector("[data-about=note-lost]")?.remove());
document.querySelectorAll("[data-lookup]").forEach(lookup);
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1_500);
});
