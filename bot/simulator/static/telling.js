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

/** What `remember` kept under this name, or the fallback. */
export function recall(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`simulator.${name}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`simulator.${name}`, JSON.stringify(value));
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
