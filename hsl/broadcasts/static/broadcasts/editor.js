// The editor of a message: its buttons and keys write Telegram's HTML around what is chosen.

const KEYS = {
  KeyB: ["b", false], KeyI: ["i", false], KeyU: ["u", false],
  KeyX: ["s", true], KeyP: ["tg-spoiler", true], KeyM: ["code", true], Period: ["blockquote", true],
};

const textOf = (editor) => editor.querySelector("textarea");

// Written as if typed, so that the browser's own undo takes it back.
function write(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function wrap(area, before, after) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const wrapped = value.slice(from - before.length, from) === before && value.slice(to, to + after.length) === after;
  const chosen = value.slice(from, to);
  if (wrapped) {
    area.setSelectionRange(from - before.length, to + after.length);
    write(area, chosen);
    area.setSelectionRange(from - before.length, to - before.length);
  } else {
    write(area, before + chosen + after);
    area.setSelectionRange(from + before.length, to + before.length);
  }
}

const wrapIn = (area, tag) => wrap(area, `<${tag}>`, `</${tag}>`);

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// Opens a dialog; the promise is kept when it closes, true for its button, false for going back.
function ask(dialog) {
  return new Promise((keep) => {
    const finish = (answer) => { dialog.close(answer); };
    const click = (event) => {
      const button = event.target.closest("[data-ok], [data-cancel], [data-delete]");
      if (event.target === dialog || button?.matches("[data-cancel]")) finish("");
      else if (button?.matches("[data-ok]")) finish("ok");
      else if (button?.matches("[data-delete]")) finish("delete");
    };
    const key = (event) => {
      if (event.key !== "Enter" || event.target.matches("button")) return;
      event.preventDefault();
      finish("ok");
    };
    dialog.returnValue = "";
    dialog.addEventListener("click", click);
    dialog.addEventListener("keydown", key);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", click);
      dialog.removeEventListener("keydown", key);
      keep(dialog.returnValue);
    }, { once: true });
    dialog.showModal();
  });
}

async function link(area) {
  const dialog = document.getElementById("link-dialog");
  const field = dialog.querySelector("input");
  const { selectionStart: from, selectionEnd: to } = area;
  const chosen = area.value.slice(from, to);
  field.value = /^https?:\/\//.test(chosen) ? chosen : "";
  const answer = await ask(dialog);
  area.focus();
  area.setSelectionRange(from, to);
  const url = field.value.trim();
  if (answer !== "ok" || !url) return;
  const address = /^[a-z]+:/i.test(url) ? url : `https://${url}`;
  write(area, `<a href="${escaped(address)}">${chosen || escaped(url)}</a>`);
}

document.addEventListener("click", (event) => {
  const editor = event.target.closest("[data-editor]");
  const button = event.target.closest("[data-wrap], [data-link], [data-insert]");
  if (!editor || !button) return;
  const area = textOf(editor);
  if ("wrap" in button.dataset) wrapIn(area, button.dataset.wrap);
  else if ("insert" in button.dataset) write(area, button.dataset.insert);
  else link(area);
});

// Before the frame sees it: Ctrl with a letter is the editor's where one writes.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !event.target.matches?.("[data-editor] textarea")) return;
  const [tag, shift] = KEYS[event.code] ?? [];
  const isLink = event.code === "KeyK" && event.shiftKey;
  if (!isLink && (!tag || shift !== event.shiftKey)) return;
  event.preventDefault();
  event.stopPropagation();
  if (isLink) link(event.target);
  else wrapIn(event.target, tag);
}, true);

// The toolbar is one stop of the Tab key; arrows walk along it.
document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.(".editor-tools");
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!bar || !by) return;
  const buttons = [...bar.querySelectorAll(".editor-tools > button, .editor-tools > .dropdown > button")];
  const next = buttons[(buttons.indexOf(event.target) + by + buttons.length) % buttons.length];
  if (!next || !buttons.includes(event.target)) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
});

function startToolbars(root) {
  const rest = ".editor-tools > button:not(:first-child), .editor-tools > .dropdown > button";
  for (const bar of root.querySelectorAll(".editor-tools:not([data-started])")) {
    bar.dataset.started = "";
    for (const button of bar.querySelectorAll(rest)) button.tabIndex = -1;
  }
}
document.addEventListener("htmx:load", (event) => startToolbars(event.detail.elt.parentElement ?? document));
startToolbars(document);
