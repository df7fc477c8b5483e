// Light, dark or as the device: set before the first paint, so that no page flashes.
(() => {
  document.documentElement.classList.add("js");
  const device = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme") ?? "auto";
  const apply = () => {
    const theme = chosen() === "auto" ? (device.matches ? "dark" : "light") : chosen();
    document.documentElement.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
  };
  device.addEventListener("change", apply);
  addEventListener("storage", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme]");
    if (!button) return;
    localStorage.setItem("theme", button.dataset.theme);
    apply();
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme]"))
      button.classList.toggle("active", button.dataset.theme === chosen());
  });
  apply();
})();
