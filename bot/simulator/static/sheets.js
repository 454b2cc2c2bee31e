// What slides over a phone: the list behind the three dots, a question with one answer, the browser.

import { copy, overlay } from "./dom.js";

/** Shows a sheet of choices; `actions` maps its data-do names to functions. */
export function choose(host, id, actions) {
  const sheet = copy(id);
  const close = overlay(host, sheet);
  sheet.addEventListener("click", (event) => {
    const knob = event.target.closest("[data-do]");
    if (!knob) return;
    close();
    const action = actions[knob.dataset.do];
    if (action) action();
  });
}

/** Asks one thing, `value` already filled in; `answer(text)` is called unless it is cancelled. */
export function question(host, id, answer, value = "") {
  const sheet = copy(id);
  const form = sheet.querySelector("form");
  const field = form.querySelector("input");
  field.value = value;
  const close = overlay(host, sheet);
  field.select();
  form.querySelector("[data-do=cancel]").addEventListener("click", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    answer(field.value.trim());
  });
}

/** Opens an address inside the phone. */
export function browse(host, url) {
  if (!/^https?:\/\//i.test(url)) return;
  const page = copy("browser");
  page.querySelector(".address").textContent = url.replace(/^https?:\/\//i, "");
  page.querySelector(".outside").href = url;
  page.querySelector("iframe").src = url;
  const close = overlay(host, page);
  page.querySelector(".close").addEventListener("click", close);
}
