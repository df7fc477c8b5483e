// To whom a message goes, one by one; for whom the preview is filled; what is taken off again.

const form = document.getElementById("compose");
const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

// What is typed to search, or to name a template, is no part of the message: htmx, which listens here too, hears of it
// no more.
for (const type of ["input", "change"])
  form.addEventListener(type, (event) => {
    if (event.target.closest("[data-picker], [data-aside]")) event.stopImmediatePropagation();
  });

function pick(picker, option) {
  if (picker.dataset.picker === "phone") {
    form.elements.reader.value = option.dataset.pick;
  } else if (!form.querySelector(`input[name=person][value="${option.dataset.pick}"]`)) {
    const chip = document.getElementById("chip").content.firstElementChild.cloneNode(true);
    chip.querySelector("bdi").textContent = option.dataset.name;
    chip.querySelector("input").value = option.dataset.pick;
    const off = chip.querySelector("button");
    off.setAttribute("aria-label", `${off.getAttribute("aria-label")} ${option.dataset.name}`);
    picker.before(chip);
  }
  close(picker);
  picker.querySelector("input").value = "";
  picker.querySelector("input").focus();
  if (picker.dataset.picker === "phone") document.body.dispatchEvent(new Event("composed"));
  else changed(document.getElementById("people"));
}

function close(picker) {
  picker.querySelector(".picker-found").replaceChildren();
  picker.querySelector("input").setAttribute("aria-expanded", "false");
}

document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-pick]");
  if (option) pick(option.closest("[data-picker]"), option);
  const off = event.target.closest("[data-remove]");
  if (off) {
    const chip = off.closest("[data-chip]");
    const around = chip.parentElement;
    const next = [...around.querySelectorAll("[data-remove], input:not([type=hidden])")].find(
      (element) => chip.compareDocumentPosition(element) === Node.DOCUMENT_POSITION_FOLLOWING,
    );
    chip.remove();
    next?.focus();
    changed(around);
  }
  for (const picker of document.querySelectorAll("[data-picker]")) if (!picker.contains(event.target)) close(picker);
});

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest("[data-picker]");
  if (!picker) return;
  const input = picker.querySelector("input");
  const options = [...picker.querySelectorAll("[data-pick]")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    close(picker);
    input.focus();
  } else if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    if (options.length > 0) pick(picker, options[0]);
  } else if (by && options.length > 0) {
    event.preventDefault();
    const next = options.indexOf(event.target) + by;
    (next < 0 ? input : options[next % options.length]).focus();
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const picker = event.target.closest("[data-picker]");
  picker?.querySelector("input").setAttribute("aria-expanded", String(picker.querySelector("[data-pick]") !== null));
});

// A day or a time means that it goes out then.
form.addEventListener("input", (event) => {
  if (event.target.matches("[name=day], [name=time]")) form.querySelector("[name=when][value=later]").checked = true;
});
