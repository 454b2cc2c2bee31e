// The banner of a page that is itself a stage: what is said, whose phone acts, what has come of it, and the way back.

import * as control from "./control.js";
import { bring, listen, phones } from "./desk.js";
import { made, say } from "./telling.js";

const LOOK_MILLIS = 1000;
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

const banner = document.querySelector(".stage");
const seen = (selector) => banner.querySelector(selector);
let isStage = null; // not asked yet
let acting = "";

// -- from the shelf and back ------------------------------------------------------------------------------------------

/** The address of a stage, with where its watcher came from and what he chose there. */
export function stageOf(url, name) {
  return `${url}#${new URLSearchParams({ from: location.href.split("#")[0], play: name })}`;
}

/** What a stage's watcher wants to see again: its name, empty for the shelf alone; null when none sent anybody here. */
export function asked() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (!wanted.has("again")) return null;
  history.replaceState(null, "", location.pathname); // a reload is no second wish
  return wanted.get("again");
}

function wayBack() {
  const { from = "", play = "" } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (!URL.canParse(from)) return;
  const { protocol, hostname } = new URL(from);
  if (!protocol.startsWith("http") || ![...LOOPBACK, location.hostname].includes(hostname)) return;
  const to = (name) => `${from}#${new URLSearchParams({ again: name })}`;
  seen("[data-stage-link=back]").href = to("");
  seen("[data-stage-link=again]").href = to(play);
  seen(".stage-after").hidden = false;
}

// -- what is on -------------------------------------------------------------------------------------------------------

async function look() {
  if (isStage === false) return;
  const told = await control.get("stage").catch(() => ({ stage: null }));
  if (told.stage) play(told.stage);
  else if (isStage) stopped();
  isStage = told.stage !== null;
}

/** The play was broken off: what had come by then stays to be seen. */
function stopped() {
  banner.dataset.state = "stopped";
  seen(".stage-state").textContent = say("stage-stopped");
  for (const button of banner.querySelectorAll("[data-stage]")) button.hidden = true;
  follow("");
  wayBack();
}

function play(told) {
  banner.hidden = false;
  const over = told.state === "done" || told.state === "failed";
  banner.dataset.state = told.state;
  seen(".stage-title b").textContent = told.title;
  seen(".stage-state").textContent = say(`stage-${told.state}`);
  seen(".stage-step").textContent = say("stage-of", { n: told.step, steps: told.steps });
  if (seen(".stage-says").textContent !== told.says) seen(".stage-says").textContent = told.says;
  seen(".stage-bar").value = told.steps ? told.step / told.steps : 0;
  seen("[data-stage=pause]").hidden = told.state !== "playing";
  seen("[data-stage=go]").hidden = told.state !== "paused";
  seen("[data-stage=stop]").hidden = over;
  follow(over ? "" : told.phone || "");
  count(told.facts || []);
  if (over) wayBack();
}

/** Rings the phone that acts and brings it onto the screen, once: whoever scrolls away from it is let. */
function follow(id) {
  if (id === acting) return;
  if (phones.has(acting)) phones.get(acting).element.classList.remove("acting");
  acting = id;
  if (!phones.has(id)) return; // a crowd's phones are not shown
  phones.get(id).element.classList.add("acting");
  bring(phones.get(id));
}

/** What has come of it so far, one tile each; a tile that changes is not made anew. */
function count(facts) {
  const tiles = seen(".stage-facts");
  tiles.hidden = facts.length === 0;
  while (tiles.children.length > facts.length) tiles.lastChild.remove();
  facts.forEach(([name, value], place) => {
    const tile = tiles.children[place] || tiles.appendChild(made("div"));
    if (!tile.children.length) tile.append(made("dt"), made("dd"));
    if (tile.firstChild.textContent !== name) tile.firstChild.textContent = name;
    if (tile.lastChild.textContent !== String(value)) tile.lastChild.textContent = value;
  });
}

for (const button of banner.querySelectorAll("[data-stage]")) {
  button.addEventListener("click", () => control.post("stage", { do: button.dataset.stage }).then(look, () => {}));
}
listen(() => {
  if (isStage === null) look();
});
setInterval(() => isStage && look(), LOOK_MILLIS);
