// What slides over a phone: lists of choices, questions, a picture in full, a result.

import { copy, overlay } from "./dom.js";

/** Shows a sheet of choices; `actions` maps its data-do names to functions. `prepare(sheet)` may finish it first. */
export function choose(host, id, actions, prepare = () => {}) {
  const sheet = copy(id);
  prepare(sheet);
  const close = overlay(host, sheet);
  sheet.addEventListener("click", (event) => {
    const knob = event.target.closest("[data-do]");
    if (!knob) return;
    close();
    const action = actions[knob.dataset.do];
    if (action) action();
  });
}

/** Asks what the form has fields for, `values` already filled in; `answer({name: text})` unless it is cancelled. */
export function question(host, id, answer, values = {}) {
  const sheet = copy(id);
  const form = sheet.querySelector("form");
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  const close = overlay(host, sheet);
  const first = form.querySelector("input[type=text]");
  if (first) first.select();
  form.querySelector("[data-do=cancel]").addEventListener("click", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    const told = Object.fromEntries(new FormData(form));
    answer(Object.fromEntries(Object.entries(told).map(([name, text]) => [name, text.trim()])));
  });
}

/** A sheet of switches; `turned(switch)` after each. `prepare(sheet)` fills and sets them. */
export function switches(host, id, prepare, turned) {
  const sheet = copy(id);
  prepare(sheet);
  const close = overlay(host, sheet);
  sheet.addEventListener("click", (event) => {
    const knob = event.target.closest("[role=switch]");
    if (knob) {
      set(knob, !isOn(knob));
      turned(knob);
    } else if (event.target.closest("[data-do=cancel]")) close();
  });
}

export const isOn = (knob) => knob.getAttribute("aria-checked") === "true";

export function set(knob, on) {
  knob.setAttribute("aria-checked", String(on));
}

/** A picture over the whole phone; `recognise(picture)` for a QR code in it. */
export function view(host, picture, recognise) {
  const page = copy("viewer");
  const shown = page.querySelector("img");
  shown.src = picture.src;
  shown.alt = picture.alt;
  const knob = page.querySelector("[data-do=recognise]");
  knob.hidden = !picture.matches(".qr");
  const close = overlay(host, page);
  page.addEventListener("click", (event) => {
    close();
    if (event.target.closest("[data-do=recognise]")) recognise(picture);
  });
}

/** What a code said, when it was not an address. */
export function tell(host, text) {
  choose(host, "result", {}, (sheet) => {
    sheet.querySelector(".result-text").textContent = text;
  });
}

/** What a real phone would open as a mini-program; `open(url)` for the page kept for old clients. */
export function miniProgram(host, { appid, path, url }, open) {
  choose(host, "mini-program", { fallback: () => open(url) }, (page) => {
    page.querySelector(".mini-appid").textContent = appid;
    page.querySelector(".mini-path").textContent = path;
    page.querySelector("[data-do=fallback]").hidden = !url;
  });
}
