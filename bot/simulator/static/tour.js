// The guided tour: one step at a time, done by hand or by the page, ticked off when the phone shows the result.

import * as clock from "./clock.js";
import * as control from "./control.js";
import { bring, chat, desk, listen, MOST_PHONES, phones } from "./desk.js";
import { copy } from "./dom.js";
import { isOpen, tool } from "./drawer.js";
import { addPhone } from "./people.js";
import { dark, light } from "./spotlight.js";
import { excuse, HERE, made, recall, remember, say } from "./telling.js";

const PATIENCE_MILLIS = 12000;
const TICK_MILLIS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 150 : 900;

const panel = document.querySelector("[data-panel=tour]");
const find = (selector) => panel.querySelector(selector);
let tours = null;
let walk = null; // the tour being walked: {tour, step, phones, mark, since, rows, ticking}

// -- choosing ---------------------------------------------------------------------------------------------------------

async function cards() {
  const known = await all();
  const kept = recall("tours", {});
  find(".tour-cards").replaceChildren(...known.map((tour) => card(tour, kept[tour.id] || {})));
}

async function all() {
  tours = tours || (await control.get("tours").then((told) => told.tours, () => null));
  return tours || [];
}

function card(tour, { step = 0, done = false }) {
  const drawn = copy("tour-card");
  const begun = step > 0;
  drawn.dataset.tour = tour.id;
  drawn.querySelector("b").textContent = tour.title;
  drawn.querySelector("p").textContent = tour.about;
  const always = tour.steps.filter((each) => !each.when);
  const facts = [say("tour-minutes", { n: tour.minutes, steps: always.length })];
  if (begun) facts.push(say("tour-at", { n: tour.steps.slice(0, step).filter((each) => !each.when).length + 1 }));
  else if (done) facts.push(say("tour-done"));
  drawn.querySelector("small").textContent = facts.join(" \u00b7 ");
  drawn.classList.toggle("done", done && !begun);
  const go = drawn.querySelector("[data-do=go]");
  go.textContent = say(begun ? "tour-go-on" : "tour-go");
  go.addEventListener("click", () => begin(tour, step));
  const anew = drawn.querySelector("[data-do=anew]");
  anew.hidden = !begun;
  anew.addEventListener("click", () => begin(tour, 0));
  return drawn;
}

/** A phone for each part: the one kept from before, one of that role, or a new one; null where there is no room. */
async function cast(tour) {
  const kept = (recall("tours", {})[tour.id] || {}).phones || {};
  const chosen = {};
  for (const [part, role] of Object.entries(tour.phones)) {
    const free = [...phones.values()].filter((phone) => !Object.values(chosen).includes(phone.id));
    const found = free.find((phone) => phone.id === kept[part]) || free.find((phone) => phone.state.role === role);
    if (found) chosen[part] = found.id;
    else if (phones.size < MOST_PHONES) chosen[part] = (await added(role)) || null;
    if (!chosen[part]) return null;
  }
  return chosen;
}

async function added(role) {
  const phone = await addPhone(role);
  for (let tries = 0; phone && !phones.has(phone.id) && tries < 100; tries += 1) await pause(50);
  return phone && phone.id;
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

// -- walking ----------------------------------------------------------------------------------------------------------

async function begin(tour, step) {
  const chosen = await cast(tour);
  if (!chosen) {
    find(".panel-lead").textContent = say("tour-full");
    return;
  }
  page("walk");
  remember("walking", tour.id, HERE);
  find(".tour-name").textContent = tour.title;
  walk = { tour, step: -1, phones: chosen, mark: new Map(), rows: tour.steps.map(row), ticking: false };
  find(".tour-steps").replaceChildren(...walk.rows);
  for (const phone of phones.values()) phone.element.classList.toggle("cast", Object.values(chosen).includes(phone.id));
  stamp();
  enter(step);
}

/** What comes from here on may tick off the next step; on the phone that ticked off the last one, what came after that. */
function stamp(phone = "", bubble = walk.mark.get(phone)) {
  walk.since = clock.now();
  for (const each of Object.values(walk.phones)) walk.mark.set(each, each === phone ? bubble : last(each));
}

function page(name) {
  for (const each of ["choice", "walk", "over"]) find(`.tour-${each}`).hidden = each !== name;
  document.body.classList.toggle("walking", name === "walk");
  document.body.classList.toggle("casting", name !== "choice");
}

function row(step) {
  const drawn = copy("tour-step");
  drawn.hidden = Boolean(step.when); // shown when it turns out to be needed
  drawn.querySelector(".tour-step-title").textContent = step.title;
  drawn.querySelector(".tour-says").replaceChildren(...step.says.map((line) => made("li", "", line)));
  drawn.querySelector("[data-do=mine]").addEventListener("click", (event) => act(step, drawn, event.currentTarget));
  drawn.querySelector("[data-do=skip]").addEventListener("click", () => {
    if (!walk.ticking) stamp();
    enter(walk.step + 1);
  });
  return drawn;
}

function enter(number) {
  const { tour, rows } = walk;
  walk.step = number;
  walk.ticking = false;
  keep();
  if (number >= tour.steps.length) return over();
  const step = tour.steps[number];
  const phone = phoneOf(step.phone);
  if (!phone) return leave();
  if (step.when && !lastSaid(phone.id).includes(step.when)) return enter(number + 1);
  rows[number].hidden = false;
  rows.forEach((each, place) => {
    each.classList.toggle("done", place < number);
    each.classList.toggle("open", place === number);
    if (place === number) each.setAttribute("aria-current", "step");
    else each.removeAttribute("aria-current");
  });
  rows[number].querySelector(".tour-phone").textContent = phone.state.name;
  rows[number].querySelector(".tour-wait").textContent = say("tour-look");
  const shown = rows.filter((each) => !each.hidden);
  find(".tour-count").textContent = say("tour-of", { n: shown.indexOf(rows[number]) + 1, steps: shown.length });
  find(".tour-bar").value = number / tour.steps.length;
  bring(phone);
  point();
  rows[number].scrollIntoView({ block: "nearest" });
  watch();
}

const phoneOf = (part) => phones.get(walk.phones[part]);

function last(id) {
  const bubbles = chat(id);
  return bubbles.length ? bubbles[bubbles.length - 1].id : 0;
}

const words = (bubble) => (bubble.parts ? bubble.parts.map((part) => part.text).join("") : bubble.text || "");

function lastSaid(id) {
  const theirs = chat(id).filter((bubble) => bubble.side === "account");
  return theirs.length ? words(theirs[theirs.length - 1]) : "";
}

/** Ticks the step off as soon as its result stands on the phone. */
function watch() {
  if (!walk || walk.ticking || !isOpen("tour")) return;
  const step = walk.tour.steps[walk.step];
  const found = step && fulfilled(step);
  if (!found) return;
  walk.ticking = true;
  stamp(walk.phones[step.wait.phone || step.phone], found.id);
  const [ticked, number] = [walk, walk.step];
  const drawn = walk.rows[number];
  drawn.classList.add("done");
  dark();
  setTimeout(() => {
    if (walk !== ticked || walk.step !== number) return; // skipped meanwhile
    const hadFocus = drawn.contains(document.activeElement);
    enter(walk.step + 1);
    if (hadFocus && walk && walk.rows[walk.step]) walk.rows[walk.step].querySelector("[data-do=mine]").focus();
  }, TICK_MILLIS);
}

/** What shows that it is done, the bubble where it was one; nothing while it is not. */
function fulfilled({ phone: part, wait }) {
  const phone = phoneOf(wait.phone || part);
  if (!phone) return false;
  if (wait.following !== undefined) return phone.state.following === wait.following;
  if (wait.passed) return clock.now() - walk.since >= wait.passed;
  if (wait.menu) return JSON.stringify(phone.state.menu || {}).includes(wait.menu);
  const news = chat(phone.id).filter((bubble) => bubble.side === "account" && bubble.id > walk.mark.get(phone.id));
  return news.find((bubble) => wait.says.some((wanted) => words(bubble).includes(wanted)));
}

// -- doing it for him -------------------------------------------------------------------------------------------------

async function act(step, drawn, button) {
  const note = drawn.querySelector(".tour-wait");
  button.disabled = true;
  note.textContent = say("tour-did");
  const number = walk.step;
  try {
    await send(step.do, walk.phones[step.phone]);
  } catch (problem) {
    note.textContent = problem.status ? say("tour-stuck") : excuse(problem);
  }
  button.disabled = false;
  setTimeout(() => {
    if (walk && walk.step === number && !walk.ticking) note.textContent = say("tour-stuck");
  }, PATIENCE_MILLIS);
}

function send({ gesture, ...fields }, id) {
  if (gesture === "clock") return control.post("clock", fields);
  if (gesture === "tap_first") return control.post(`phones/${id}/tap`, { bubble: newestWithLinks(id), link: 0 });
  return control.post(`phones/${id}/${gesture}`, fields);
}

function newestWithLinks(id) {
  const offered = chat(id).filter((bubble) => bubble.links && bubble.links.length);
  return offered.length ? offered[offered.length - 1].id : 0;
}

// -- showing where ----------------------------------------------------------------------------------------------------

function point() {
  dark();
  if (!walk || walk.ticking || !isOpen("tour")) return;
  const step = walk.tour.steps[walk.step];
  const phone = step && phoneOf(step.phone);
  if (!phone) return;
  const place = light(phone, step.do);
  walk.rows[walk.step].querySelector(".tour-keyboard").hidden = !place || !place.matches(".to-keyboard");
}

// -- leaving and coming back ------------------------------------------------------------------------------------------

function keep() {
  const kept = recall("tours", {});
  const finished = walk.step >= walk.tour.steps.length;
  const before = kept[walk.tour.id] || {};
  kept[walk.tour.id] = { step: finished ? 0 : walk.step, phones: walk.phones, done: finished || Boolean(before.done) };
  remember("tours", kept);
}

function over() {
  find(".tour-last").textContent = walk.tour.over;
  ended("over");
}

function leave() {
  ended("choice");
  cards();
  if (desk.current) bring(desk.current); // the phones stand in their own order again
}

function ended(name) {
  walk = null;
  remember("walking", "", HERE);
  dark();
  page(name);
}

/** Where a reload broke in, or the choice. */
async function resume() {
  const tour = (await all()).find((each) => each.id === recall("walking", "", HERE));
  if (tour) await begin(tour, (recall("tours", {})[tour.id] || {}).step || 0);
  if (!walk) leave();
}

find(".tour-leave").addEventListener("click", leave);
find(".tour-again").addEventListener("click", leave);
tool("tour", {
  open: () => {
    if (walk) {
      point();
      watch();
    } else if (find(".tour-over").hidden) {
      resume();
    }
  },
  close: dark,
});
listen(() => {
  if (!walk) return;
  if (!Object.values(walk.phones).every((id) => phones.has(id))) return leave();
  point();
  watch();
});
document.addEventListener("click", () => walk && requestAnimationFrame(point)); // the field may have come in place of the menu
