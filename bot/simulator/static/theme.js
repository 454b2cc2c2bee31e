// Runs before the page is drawn, so that a dark page never flashes light. The choice lives in this browser only.

(() => {
  const KEY = "simulator.theme";
  const root = document.documentElement;

  const read = () => {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch {
      return "system"; // a browser that keeps nothing
    }
  };

  const apply = (choice) => {
    if (choice === "system") delete root.dataset.theme;
    else root.dataset.theme = choice;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };

  apply(read());
  document.addEventListener("DOMContentLoaded", () => apply(read()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    apply(button.dataset.themeChoice);
    try {
      localStorage.setItem(KEY, button.dataset.themeChoice);
    } catch {
      // it holds until the page is left
    }
  });
})();
