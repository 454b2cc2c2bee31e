// The scenario shelf, and the recorder whose files may be played as well.

import * as control from "./control.js";
import { listen } from "./desk.js";
import { copy } from "./dom.js";
import { show, tool } from "./drawer.js";
import { asked, stageOf } from "./stage.js";
import { excuse, recall, remember, say } from "./telling.js";

const FILE = ":file"; // no scenario is called so

const panel = document.querySelector("[data-panel=shelf]");
const find = (selector) => panel.querySelector(selector);

// -- the shelf --------------------------------------------------------------------------------------------------------

async function look() {
  const told = await control.get("shelf").catch(() => ({ scenarios: [] }));
  find(".shelf-list").replaceChildren(...told.scenarios.map(card));
  find(".shelf-none").hidden = told.scenarios.length > 0;
}

function card(scenario) {
  const drawn = copy("shelf-card");
  drawn.querySelector("b").textContent = scenario.title;
  drawn.querySelector("p").textContent = scenario.about;
  drawn.querySelector("small").textContent = say("shelf-minutes", { n: scenario.minutes });
  if (scenario.running) running(drawn, stageOf(scenario.running, scenario.name));
  const play = drawn.querySelector("[data-do=play]");
  play.addEventListener("click", async () => {
    play.disabled = true;
    play.textContent = say("shelf-starting");
    const url = await put(scenario.name);
    if (!url) return look();
    running(drawn, url);
    watch(url);
  });
  return drawn;
}

/** Has it put on a stage; where it is to be watched, or nothing when it could not be. */
async function put(name, text = "") {
  refuse("");
  try {
    const order = name === FILE ? control.post("shelf/play-file", { text }) : control.post(`shelf/${encodeURIComponent(name)}/play`);
    return stageOf((await order).url, name);
  } catch (problem) {
    const told = excuse(problem, "shelf-").replace("{why}", problem.why);
    refuse(problem.why && !told.includes(problem.why) ? say("shelf-why", { excuse: told, why: problem.why }) : told);
    return "";
  }
}

const watch = (url) => window.open(url, "_blank", "noopener"); // a browser may forbid it; the link stands there

function running(drawn, url) {
  drawn.querySelector("[data-do=play]").hidden = true;
  const link = drawn.querySelector("a");
  link.href = url;
  link.hidden = false;
}

function refuse(words) {
  find(".refused").textContent = words;
  find(".refused").hidden = !words;
}

// -- the recorder -----------------------------------------------------------------------------------------------------

const record = find(".record");
record.addEventListener("click", async () => {
  const on = record.getAttribute("aria-pressed") !== "true";
  try {
    await control.post("recording", { on });
    record.setAttribute("aria-pressed", String(on));
    if (on) keep("");
    else keep(await control.get("recording"));
  } catch (problem) {
    refuse(excuse(problem));
  }
});

function keep(file) {
  find(".recorded").hidden = !file;
  find(".recorded").textContent = file;
  find(".record-play").hidden = !file;
  const save = find(".record-save");
  if (save.href) URL.revokeObjectURL(save.href);
  save.hidden = !file;
  if (file) save.href = URL.createObjectURL(new Blob([file], { type: "text/plain" }));
}

async function playFile(text) {
  remember("played", text);
  const link = find(".record-watch");
  link.hidden = true;
  find(".record-starting").hidden = false;
  const url = await put(FILE, text);
  find(".record-starting").hidden = true;
  if (!url) return;
  link.href = url;
  link.hidden = false;
  watch(url);
}

find(".record-play").addEventListener("click", () => playFile(find(".recorded").textContent));
find(".record-file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = ""; // the same file may be chosen again once it has been mended
  if (file) playFile(await file.text());
});

// -- asked for by a stage ---------------------------------------------------------------------------------------------

/** A stage whose play is over may send its watcher here to see it again: in this tab, which was the stage's. */
async function again() {
  const name = asked();
  if (name === null) return;
  show("shelf");
  if (!name) return;
  const text = recall("played", "");
  if (name === FILE && !text) return;
  const url = await put(name, text);
  if (url) location.assign(url);
}

let arrived = false;
tool("shelf", { open: look });
listen(() => {
  if (!arrived) again();
  arrived = true;
});
