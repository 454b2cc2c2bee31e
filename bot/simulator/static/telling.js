// Words with gaps, and what is kept in this browser. The words themselves stand in templates.

import { wording } from "./dom.js";

/** The text of <template id>, each {gap} filled; the fallback where there is no such template. */
export function say(id, gaps = {}, fallback = "") {
  return wording(id, fallback).replace(/\{(\w+)\}/g, (gap, name) => (name in gaps ? gaps[name] : gap));
}

/** Why something could not be done, in words. */
export function excuse(problem, prefix = "") {
  if (problem.status === 404 && !problem.code) return say("refused-missing");
  return say(`${prefix}${problem.code}`, {}, say("refused"));
}

/** Where something is kept: in this browser, or in this tab, which a reload does not end. */
export const HERE = "sessionStorage";
const BROWSER = "localStorage";

/** What `remember` kept under this name, or the fallback. */
export function recall(name, fallback, where = BROWSER) {
  try {
    return JSON.parse(window[where].getItem(`simulator.${name}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(name, value, where = BROWSER) {
  try {
    window[where].setItem(`simulator.${name}`, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing forgets it with the page
  }
}

/** A new element with its class and its text. */
export function made(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
