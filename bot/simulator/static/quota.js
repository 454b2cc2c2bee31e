// The meter on the owner's line: how many customer-service messages the account may still send him (wechat_platform 4.2).

import { now } from "./clock.js";
import { say } from "./telling.js";

const MOST = { written: 5, touched: 3 };
const HOUR = 3600;
const MINUTE = 60;

/** A press on the meter says in full what it means. */
export function listen(knob, note) {
  const explain = (open) => {
    note.hidden = !open;
    knob.setAttribute("aria-expanded", String(open));
  };
  knob.addEventListener("click", () => explain(note.hidden));
  knob.addEventListener("blur", () => explain(false));
  knob.addEventListener("keydown", (event) => event.key === "Escape" && explain(false));
}

/** Brings the meter up to date from the phone's JSON. */
export function show(knob, note, state) {
  const open = Object.entries(state.windows || {})
    .map(([name, { left, until }]) => ({ name, left, seconds: until - now() }))
    .filter(({ seconds }) => seconds > 0)
    .sort((one, other) => one.seconds - other.seconds); // the platform uses the one that ends first
  const serving = open.find(({ left }) => left > 0) || open[0];
  const refusal = state.blocked ? "blocked" : state.refuses ? "refuses" : "";
  draw(knob.querySelector(".ring-left"), knob.querySelector(".ring-all"), refusal ? undefined : serving);
  knob.classList.toggle("shut", Boolean(refusal) || !serving || serving.left === 0);
  knob.querySelector(".quota-words").textContent = refusal ? say(`quota-${refusal}`) : brief(serving);
  note.textContent = inFull(open, state);
  knob.setAttribute("aria-label", note.textContent);
  knob.title = note.textContent;
}

function brief(serving) {
  if (!serving) return say("quota-none");
  return serving.left === 0 ? say("quota-used") : say("quota-open", { n: serving.left });
}

function inFull(open, state) {
  if (state.blocked) return say("quota-blocked-note");
  if (state.refuses) return say("quota-refuses-note");
  const lines = open.map(({ name, left, seconds }) => say(`quota-${name}-note`, { n: left, span: span(seconds) }));
  if (lines.length === 0) lines.push(say("quota-none-note", { name: state.name }));
  else lines.push(say("quota-free-note"));
  return lines.join("");
}

function draw(left, all, serving) {
  const most = serving ? MOST[serving.name] : MOST.written;
  const gap = most * 0.05;
  for (const ring of [all, left]) ring.setAttribute("pathLength", most);
  all.setAttribute("stroke-dasharray", `${1 - gap} ${gap}`);
  const count = serving ? Math.min(serving.left, most) : 0;
  const dashes = Array.from({ length: count }, () => [1 - gap, gap]).flat();
  left.setAttribute("stroke-dasharray", count ? [...dashes, 0, most].join(" ") : `0 ${most}`);
}

function span(seconds) {
  if (seconds >= HOUR) return say("span-hours", { n: Math.ceil(seconds / HOUR) });
  if (seconds >= 2 * MINUTE) return say("span-minutes", { n: Math.ceil(seconds / MINUTE) });
  return say("span-seconds", { n: Math.ceil(seconds) });
}
