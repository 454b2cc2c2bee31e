// The clock that bot and platform share: shown large, moved forward, stopped and set going.

import * as clock from "./clock.js";
import * as control from "./control.js";
import { chat, listen, phones } from "./desk.js";
import { copy } from "./dom.js";
import { isOpen, show, tool } from "./drawer.js";
import { excuse, say } from "./telling.js";

const DAY = 86400;
const BEIJING = "+08:00";
const MOST_LINES = 60;
const LOOK_MILLIS = 300;
const MOMENT = { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const panel = document.querySelector("[data-panel=clock]");
const find = (selector) => panel.querySelector(selector);
let state = null;
let journey = null;
let heard = new Map();

// -- what time it is --------------------------------------------------------------------------------------------------

function tick() {
  document.querySelector(".tool .now").textContent = clock.time(clock.now());
  if (!isOpen("clock") || !state) return;
  const now = clock.now();
  find(".now-time").textContent = clock.time(now);
  find(".now-day").textContent = clock.format(now, { month: "long", day: "numeric", weekday: "long" });
  find(".now-ahead").textContent = standing();
  if (journey) find(".journey-now").textContent = clock.format(now, MOMENT);
  if (journey) find(".journey-bar").value = Math.min(1, (now - journey.from) / Math.max(1, journey.to - journey.from));
}

function standing() {
  const { running = true, ahead = 0 } = state.clock || {};
  if (!running && !journey) return say("clock-held");
  return ahead < 60 ? say("clock-same") : say("clock-ahead", { span: span(ahead) });
}

/** Days, hours and minutes, the two largest that are not nought. */
function span(exactly) {
  const seconds = Math.round(exactly / 60) * 60;
  const parts = [
    ["clock-days", Math.floor(seconds / DAY)],
    ["clock-hours", Math.floor((seconds % DAY) / 3600)],
    ["clock-minutes", Math.floor((seconds % 3600) / 60)],
  ];
  return parts.filter(([, n]) => n > 0).slice(0, 2).map(([id, n]) => say(id, { n })).join(" ");
}

// -- moving it --------------------------------------------------------------------------------------------------------

async function travel(order, to) {
  refuse("");
  begin(to);
  const looking = setInterval(look, LOOK_MILLIS);
  try {
    await control.post("clock", order);
  } catch (problem) {
    refuse(excuse(problem, "clock-"));
  }
  clearInterval(looking);
  await look();
  await settle();
  end();
}

/** Where the journey is: the state is told only when a phone has news. */
async function look() {
  const told = await control.get("clock").catch(() => null);
  if (!told || !journey || (journey.at && told.now < journey.at)) return;
  journey.at = told.now;
  state = { ...state, clock: told };
  clock.set(told.now, state.account.timezone, !told.moving && told.running);
  tick();
  for (const phone of phones.values()) phone.tick();
}

/** The last deliveries may still be on their way when the clock has arrived. */
async function settle() {
  await control.get("idle", { wait: 5 }).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 400));
}

function begin(to) {
  journey = { from: clock.now(), to };
  heard = new Map([...phones.keys()].map((id) => [id, last(id)]));
  find(".happened-list").replaceChildren();
  find(".happened").hidden = false;
  find(".happened-none").hidden = true;
  find(".clock-rings").hidden = true;
  find(".journey").hidden = false;
  find(".journey-bar").value = 0;
  find(".journey-to").textContent = say("clock-to", { to: clock.format(to, MOMENT) });
  hands(true);
}

function end() {
  gather();
  const silent = find(".happened-list").children.length === 0;
  if (journey.halted) find(".happened-none").textContent = say("clock-halted", { at: clock.format(clock.now(), MOMENT) });
  else find(".happened-none").textContent = say("clock-silent");
  find(".happened-none").hidden = !silent && !journey.halted;
  find(".clock-rings").hidden = !silent;
  journey = null;
  find(".journey").hidden = true;
  hands(false);
  suggest();
  tick();
}

function hands(busy) {
  for (const button of panel.querySelectorAll("button, input")) button.disabled = busy;
  find(".halt").disabled = !busy;
}

function last(id) {
  const bubbles = chat(id);
  return bubbles.length ? bubbles[bubbles.length - 1].id : 0;
}

/** What came to the phones while the clock moved. */
function gather() {
  for (const phone of phones.values()) {
    const news = chat(phone.id).filter((bubble) => bubble.id > (heard.get(phone.id) || 0) && bubble.side !== "me");
    for (const bubble of news) {
      heard.set(phone.id, bubble.id);
      const line = copy("happened-row");
      line.querySelector("time").textContent = clock.time(bubble.time);
      line.querySelector("b").textContent = phone.state.name;
      line.querySelector("span").textContent = told(bubble);
      find(".happened-list").append(line);
    }
  }
  while (find(".happened-list").children.length > MOST_LINES) find(".happened-list").firstChild.remove();
}

function told(bubble) {
  if (bubble.card && bubble.card.title) return bubble.card.title;
  if (bubble.kind === "news") return bubble.articles.map((article) => article.title).join(" ");
  const words = bubble.parts ? bubble.parts.map((part) => part.text).join("") : bubble.text;
  return words.replace(/\s+/g, " ").slice(0, 60) || say(`shown-${bubble.kind}`);
}

/** Where an order leads, in Unix seconds; the server decides, this is for the bar only. */
function target(order) {
  if (order.to) return order.to;
  if (order.forward) return clock.now() + order.forward;
  const [hours, minutes] = order.until.time.split(":").map(Number);
  const midnight = Math.floor((clock.now() + 8 * 3600) / DAY) * DAY - 8 * 3600;
  const moment = midnight + order.until.days * DAY + hours * 3600 + minutes * 60;
  return moment > clock.now() ? moment : moment + DAY;
}

function refuse(words) {
  find(".refused").hidden = !words;
  find(".refused").textContent = words;
}

for (const button of panel.querySelectorAll("[data-clock]")) {
  const order = JSON.parse(button.dataset.clock);
  button.addEventListener("click", () => travel(order, target(order)));
}
find(".go-to").addEventListener("submit", (event) => {
  event.preventDefault();
  const moment = Date.parse(`${find("#go-to").value}:00${BEIJING}`) / 1000;
  if (moment <= clock.now()) refuse(say("clock-clock_backwards"));
  else travel({ to: moment }, moment);
});
find(".hold").addEventListener("click", () => {
  const running = !state.clock || state.clock.running;
  control.post("clock", { running: !running }).then(() => refuse(""), (problem) => refuse(excuse(problem, "clock-")));
});

find(".halt").addEventListener("click", () => {
  find(".halt").disabled = true;
  journey.halted = true;
  control.post("clock", { halt: true }).catch(() => {});
});
find(".clock-rings button").addEventListener("click", () => show("tour"));

/** The next full hour of Beijing, as something to begin from. */
function suggest() {
  find("#go-to").value = `${new Date((clock.now() + 9 * 3600) * 1000).toISOString().slice(0, 13)}:00`;
}

tool("clock", {
  open: () => {
    suggest();
    tick();
  },
});
listen((told) => {
  state = told;
  find(".hold").textContent = say(!told.clock || told.clock.running ? "clock-hold" : "clock-run");
  if (journey) gather();
  tick();
});
setInterval(tick, 1000);
