// Places: the drawn map of a location, and the sheet that asks for one.

import { copy, overlay } from "./dom.js";

const MAP = { width: 240, height: 110, across: 480, down: 310 };

/** A corner of one drawn town, the same for the same place and another for another; `far` shows more of it. */
export function mapOf(latitude, longitude, label = "", far = 1) {
  const drawn = copy("map");
  const seed = [...`${latitude} ${longitude} ${label}`].reduce((sum, letter) => (sum * 31 + letter.codePointAt()) >>> 0, 7);
  drawn.setAttribute("viewBox", `${seed % MAP.across} ${(seed >>> 9) % MAP.down} ${MAP.width * far} ${MAP.height * far}`);
  return drawn;
}

/** Asks where; `answer({latitude, longitude, label})` unless it is cancelled. */
export function askPlace(host, answer) {
  const sheet = copy("ask-place");
  const form = sheet.querySelector("form");
  const close = overlay(host, sheet);
  const give = (latitude, longitude, label) => {
    close();
    answer({ latitude: Number(latitude), longitude: Number(longitude), label });
  };
  for (const place of sheet.querySelectorAll("[data-latitude]")) {
    const { latitude, longitude, label } = place.dataset;
    place.prepend(mapOf(latitude, longitude, label, 1.7));
    place.addEventListener("click", () => give(latitude, longitude, label));
  }
  form.querySelector("[data-do=cancel]").addEventListener("click", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = (name) => form.elements[name].value.trim() || form.elements[name].placeholder;
    const off = ["latitude", "longitude"].find((name) => !Number.isFinite(Number(told(name))));
    if (off) form.elements[off].focus();
    else give(told("latitude"), told("longitude"), told("label"));
  });
}
