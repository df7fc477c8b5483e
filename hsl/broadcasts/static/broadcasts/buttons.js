// The buttons under a message, in rows: written in a dialog, moved by hand or by Alt and the arrow keys.

function keyboard(box) {
  const field = box.querySelector("input[name=buttons]");
  const place = box.querySelector("[data-rows]");
  let rows = JSON.parse(field.value || "[]");
  let dragged = null;

  const at = (element) => [Number(element.dataset.row), Number(element.dataset.at)];

  function keep(focus) {
    rows = rows.filter((row) => row.length > 0);
    field.value = JSON.stringify(rows);
    draw();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if (focus) place.querySelector(`[data-row="${focus[0]}"][data-at="${focus[1]}"]`)?.focus();
  }

  function move([row, column], [toRow, toColumn]) {
    const [button] = rows[row].splice(column, 1);
    if (toRow < 0) { rows.unshift([]); toRow = 0; }
    rows[toRow] ??= [];
    rows[toRow].splice(toColumn, 0, button);
    rows = rows.filter((each) => each.length > 0);
    const now = rows.findIndex((each) => each.includes(button));
    keep([now, rows[now].indexOf(button)]);
  }

  async function edit(row, column) {
    const button = rows[row]?.[column] ?? { text: "", url: "", callback_data: "" };
    const dialog = document.getElementById("button-dialog");
    const [text, kind, value] = ["button-text", "button-kind", "button-value"].map((id) => document.getElementById(id));
    text.value = button.text;
    kind.value = button.callback_data ? "callback_data" : "url";
    value.value = button.callback_data || button.url;
    dialog.querySelector("[data-delete]").hidden = rows[row]?.[column] === undefined;
    sayKind(kind);
    const answer = await ask(dialog);
    if (answer === "delete") rows[row]?.splice(column, 1);
    if (answer === "ok") {
      const written = { text: text.value.trim(), url: "", callback_data: "" };
      written[kind.value] = value.value.trim();
      if (kind.value === "url" && written.url && !/^[a-z]+:/i.test(written.url)) written.url = `https://${written.url}`;
      rows[row] ??= [];
      rows[row][column] = written;
    }
    if (answer) keep([row, column]);
  }

  function draw() {
    place.replaceChildren(...rows.map((row, y) => {
      const line = document.createElement("div");
      line.className = "keyboard-row";
      line.append(...row.map((button, x) => {
        const element = document.createElement("button");
        element.type = "button";
        element.className = "btn keyboard-button";
        element.draggable = true;
        element.dataset.row = y;
        element.dataset.at = x;
        element.textContent = button.text || "…";
        element.title = button.url || button.callback_data;
        return element;
      }));
      if (row.length < 8) {
        const more = document.createElement("button");
        more.type = "button";
        more.className = "btn btn-ghost-secondary btn-icon";
        more.dataset.more = y;
        more.textContent = "+";
        more.setAttribute("aria-label", box.querySelector("[data-add-row]").textContent.trim());
        line.append(more);
      }
      return line;
    }));
  }

  box.addEventListener("click", (event) => {
    const button = event.target.closest(".keyboard-button, [data-more], [data-add-row]");
    if (!button) return;
    if (button.matches(".keyboard-button")) edit(...at(button));
    else if (button.matches("[data-more]")) edit(Number(button.dataset.more), rows[button.dataset.more].length);
    else edit(rows.length, 0);
  });
  box.addEventListener("keydown", (event) => {
    const button = event.target.closest(".keyboard-button");
    if (!button || !event.altKey || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const [row, column] = at(button);
    const to = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, rows[row - 1]?.length ?? 0], ArrowDown: [row + 1, rows[row + 1]?.length ?? 0],
    }[event.key];
    const alone = rows[row].length === 1;
    if (to[1] < 0 || (to[0] === row && to[1] >= rows[row].length)) return;
    if (alone && (to[0] < 0 || to[0] >= rows.length)) return;
    move([row, column], to);
  });
  place.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".keyboard-button");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged?.textContent ?? "");
  });
  place.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    const over = event.target.closest(".keyboard-button");
    const line = event.target.closest(".keyboard-row");
    if (!dragged) return;
    if (over && over !== dragged) move(at(dragged), at(over));
    else if (!over && line) move(at(dragged), [[...place.children].indexOf(line), line.querySelectorAll(".keyboard-button").length]);
    else if (!over) move(at(dragged), [rows.length, 0]);
    dragged = null;
  });
  place.addEventListener("dragend", () => { dragged = null; });
  draw();
}

// What is asked for is an address or a command.
function sayKind(kind) {
  for (const words of kind.closest("dialog").querySelectorAll("[data-kind]")) words.hidden = words.dataset.kind !== kind.value;
  document.getElementById("button-value").placeholder = kind.value === "url" ? "https://" : "";
}
document.addEventListener("change", (event) => { if (event.target.id === "button-kind") sayKind(event.target); });

function startKeyboards(root) {
  for (const box of root.querySelectorAll("[data-buttons]:not([data-started])")) {
    box.dataset.started = "";
    keyboard(box);
  }
}
document.addEventListener("htmx:load", (event) => startKeyboards(event.detail.elt.parentElement ?? document));
startKeyboards(document);
