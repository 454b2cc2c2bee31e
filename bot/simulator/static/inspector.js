// The wire inspector: every exchange between platform and bot, newest last, each to be opened, read and copied.

import * as clock from "./clock.js";
import { coloured } from "./coloring.js";
import * as control from "./control.js";
import { desk, listen, offer, phones } from "./desk.js";
import { copy, wording } from "./dom.js";
import { isOpen, tool } from "./drawer.js";
import { made, say } from "./telling.js";

const SHOWN = 150;
const MOST_KEPT = 3000;
const LONGEST = 20000;
const LOOK_MILLIS = 1500;

const panel = document.querySelector("[data-panel=wire]");
const find = (selector) => panel.querySelector(selector);
const list = find(".wire-list");
let letters = [];
let seen = 0;
let room = SHOWN;
let busy = false;

// -- fetching ---------------------------------------------------------------------------------------------------------

async function look() {
  if (busy || !isOpen("wire")) return;
  busy = true;
  try {
    const news = await control.get("wire", { since: seen });
    if (news.last < seen) restart(); // the simulator began anew; the next look takes all there is
    else if (news.wire.length) take(news);
    if (letters.length) seen = news.last;
  } catch {
    // the page says by itself when the simulator is gone
  } finally {
    busy = false;
  }
}

function restart() {
  letters = [];
  list.replaceChildren();
  seen = 0;
}

function take(news) {
  const follows = atEnd();
  letters = [...letters, ...news.wire].slice(-MOST_KEPT);
  const wanted = news.wire.filter(passes);
  list.append(...wanted.slice(-room).map(row));
  while (follows && list.children.length > room) list.firstElementChild.remove();
  earlier();
  if (follows) toEnd();
  else find(".wire-latest").hidden = wanted.length === 0;
}

// -- choosing ---------------------------------------------------------------------------------------------------------

function passes(letter) {
  const phone = find(".wire-phone").value;
  const way = find(".wire-way").value;
  return (!phone || letter.phone === phone) && (!way || letter.way === way) && (!find(".wire-bad").checked || bad(letter));
}

function bad(letter) {
  if (letter.fault) return true;
  return letter.way === "push" ? !["shown", "silent", "verified"].includes(letter.verdict) : Boolean(letter.errcode) || !(letter.status < 400);
}

function redraw() {
  list.replaceChildren(...letters.filter(passes).slice(-room).map(row));
  earlier();
  toEnd();
}

function earlier() {
  const hidden = letters.filter(passes).length - list.children.length;
  find(".wire-earlier").hidden = hidden <= 0;
  find(".wire-earlier b").textContent = Math.max(0, hidden);
  find(".wire-none").hidden = list.children.length > 0;
}

function atEnd() {
  return panel.scrollHeight - panel.scrollTop - panel.clientHeight < 80;
}

function toEnd() {
  panel.scrollTop = panel.scrollHeight;
  requestAnimationFrame(() => (panel.scrollTop = panel.scrollHeight)); // rows get their true height when they are seen
  find(".wire-latest").hidden = true;
}

// -- one row ----------------------------------------------------------------------------------------------------------

function row(letter) {
  const drawn = copy("wire-row");
  const line = drawn.querySelector(".wire-line");
  drawn.classList.add(letter.way);
  drawn.classList.toggle("bad", bad(letter));
  drawn.dataset.letter = letter.id;
  line.querySelector("time").textContent = moment(letter.at);
  line.querySelector(".wire-arrow").title = wording(`wire-${letter.way}`);
  line.querySelector(".wire-who").textContent = phones.has(letter.phone) ? phones.get(letter.phone).state.name : letter.phone || "";
  line.querySelector(".wire-what").append(what(letter), made("span", "", gist(letter)));
  line.querySelector(".wire-verdict").textContent = verdict(letter);
  line.querySelector(".wire-ms").textContent = `${letter.ms} ms`;
  line.addEventListener("click", () => {
    const opened = drawn.querySelector(".wire-open");
    if (opened) opened.remove();
    else drawn.append(open(letter));
    line.setAttribute("aria-expanded", String(!opened));
  });
  return drawn;
}

function moment(seconds) {
  return clock.format(seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

function what(letter) {
  if (letter.way === "push") return wording(`kind-${letter.name}`, letter.name);
  return wording(`call-${letter.name.replace(/^\/?cgi-bin\//, "")}`, letter.name);
}

/** The words said or the key pressed, so that nobody has to open a row to find the one he means. */
function gist(letter) {
  const found = /<(?:Content|EventKey|Recognition)><!\[CDATA\[([\s\S]*?)\]\]>/.exec(letter.way === "push" ? letter.request_clear : "");
  return found ? found[1] : "";
}

function attempt(letter) {
  return say("wire-attempt", { n: letter.attempt, of: desk.state.account.switches ? desk.state.account.switches.attempts.value : 3 });
}

function verdict(letter) {
  if (letter.way === "push") {
    const words = say(`verdict-${letter.verdict}`, {}, letter.verdict);
    return letter.attempt > 1 ? `${words} \u00b7 ${attempt(letter)}` : words;
  }
  if (letter.errcode) return say("verdict-refused", { code: letter.errcode, why: wording(`code-${letter.errcode}`) });
  return say(letter.status === null || letter.status === 0 ? "verdict-broken" : "verdict-ok");
}

// -- opened -----------------------------------------------------------------------------------------------------------

function open(letter) {
  const drawn = copy("wire-open");
  drawn.querySelector(".wire-facts").append(...facts(letter));
  for (const [part, sent, clear] of [
    ["request", letter.request, letter.request_clear],
    ["response", letter.response, letter.response_clear],
  ]) fill(drawn.querySelector(`[data-part=${part}]`), part, sent || "", clear || "");
  for (const part of drawn.querySelectorAll(".wire-token")) part.hidden = !needsToken(letter);
  for (const button of drawn.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copied(button, text(letter, button.dataset.copy)));
  }
  return drawn;
}

function facts(letter) {
  const told = [["at", moment(letter.at)], ["way", wording(`wire-${letter.way}`)], ["verdict", verdict(letter)]];
  if (letter.reason) told.push(["reason", say(`reason-${letter.reason}`, {}, letter.reason)]);
  if (letter.fault) told.push(["fault", say(`met-${letter.fault}`, {}, letter.fault)]);
  if (letter.signature) told.push(...signature(letter.signature));
  told.push(["attempt", letter.attempt ? attempt(letter) : ""]);
  told.push(["ms", `${letter.ms} ms`], ["status", letter.status], ["url", `${letter.method} ${(letter.url || letter.name).split("?")[0]}`]);
  const known = told.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return known.flatMap(([name, value]) => [made("dt", "", say(`fact-${name}`)), made("dd", "", String(value))]);
}

/** What the address proved, and whether the bot's own answer was signed as it should be. */
function signature(told) {
  const seals = ["timestamp", "nonce", "signature", "msg_signature"].map((name) => [name, told[name]]);
  return [["checked", say(told.ok ? "wire-signed" : "wire-misigned")], ...seals];
}

function fill(section, part, sent, clear) {
  const pre = section.querySelector("pre");
  const sealed = clear !== "" && clear !== sent;
  const show = (view) => {
    const whole = view === "clear" && clear ? clear : sent;
    for (const button of section.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    if (!whole) pre.replaceChildren(made("span", "c-note", say(part === "response" ? "wire-nothing" : "wire-empty")));
    else pre.replaceChildren(...coloured(whole.slice(0, LONGEST)));
    if (whole.length > LONGEST) pre.append("\n", made("span", "c-note", say("wire-cut")));
  };
  section.querySelector(".wire-tabs").hidden = !sealed;
  for (const button of section.querySelectorAll("[data-view]")) button.addEventListener("click", () => show(button.dataset.view));
  show("clear");
}

// -- copying ----------------------------------------------------------------------------------------------------------

function text(letter, which) {
  if (which === "curl") return letter.curl || "";
  if (which === "token") return say("token-curl", { api: letter.url.slice(0, letter.url.indexOf("/api/")) });
  const parts = which === "sent" ? [letter.request, letter.response] : [letter.request_clear || letter.request, letter.response_clear || letter.response];
  return parts.filter(Boolean).join("\n\n");
}

const needsToken = (letter) => (letter.curl || "").includes("$ACCESS_TOKEN");

async function copied(button, words) {
  const before = button.dataset.label || button.textContent;
  button.dataset.label = before;
  const done = await navigator.clipboard.writeText(words).then(() => true, () => byHand(words));
  button.textContent = say(done ? "say-copied" : "say-not-copied");
  button.classList.toggle("done", done);
  find(".wire-told").textContent = button.textContent;
  setTimeout(() => {
    button.textContent = before;
    button.classList.remove("done");
  }, 1800);
}

/** Where a browser does not give its clipboard to a page. */
function byHand(words) {
  const field = made("textarea", "hidden", words);
  field.value = words;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

// -- at work ----------------------------------------------------------------------------------------------------------

for (const choice of [".wire-phone", ".wire-way", ".wire-bad"]) {
  find(choice).addEventListener("change", () => {
    room = SHOWN;
    redraw();
  });
}
find(".wire-earlier").addEventListener("click", () => {
  const before = panel.scrollHeight;
  room += SHOWN;
  list.replaceChildren(...letters.filter(passes).slice(-room).map(row));
  earlier();
  panel.scrollTop += panel.scrollHeight - before;
});
find(".wire-latest").addEventListener("click", toEnd);
panel.addEventListener("scroll", () => {
  if (isOpen("wire") && atEnd()) find(".wire-latest").hidden = true;
});
tool("wire", {
  open: () => {
    offer(find(".wire-phone"));
    look().then(() => isOpen("wire") && toEnd());
  },
});
listen(() => {
  if (!isOpen("wire")) return;
  offer(find(".wire-phone"));
  look();
});
setInterval(look, LOOK_MILLIS); // the bot's own calls change nothing on the phones
