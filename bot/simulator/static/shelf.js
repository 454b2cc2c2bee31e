// The scenario shelf, the recorder, and the banner of a page that is itself a stage.

import * as control from "./control.js";
import { listen } from "./desk.js";
import { copy } from "./dom.js";
import { tool } from "./drawer.js";
import { excuse, made, say } from "./telling.js";

const LOOK_MILLIS = 1000;

const panel = document.querySelector("[data-panel=shelf]");
const banner = document.querySelector(".stage");
const find = (selector) => panel.querySelector(selector);
const seen = (selector) => banner.querySelector(selector);

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
  if (scenario.running) running(drawn, scenario.running);
  const play = drawn.querySelector("[data-do=play]");
  play.addEventListener("click", async () => {
    refuse("");
    play.disabled = true;
    play.textContent = say("shelf-starting");
    try {
      const { url } = await control.post(`shelf/${encodeURIComponent(scenario.name)}/play`);
      running(drawn, url);
      window.open(url, "_blank", "noopener"); // a browser may forbid it; the link stands there
    } catch (problem) {
      refuse(excuse(problem, "shelf-"));
      look();
    }
  });
  return drawn;
}

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
  const save = find(".record-save");
  if (save.href) URL.revokeObjectURL(save.href);
  save.hidden = !file;
  if (file) save.href = URL.createObjectURL(new Blob([file], { type: "text/plain" }));
}

// -- the stage --------------------------------------------------------------------------------------------------------

let isStage = null; // not asked yet

async function stage() {
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
  const facts = seen(".stage-facts");
  facts.hidden = !over || !(told.facts || []).length;
  facts.replaceChildren(
    ...(told.facts || []).map(([name, value]) => {
      const fact = made("div");
      fact.append(made("dt", "", name), made("dd", "", String(value)));
      return fact;
    }),
  );
}

for (const button of banner.querySelectorAll("[data-stage]")) {
  button.addEventListener("click", () => control.post("stage", { do: button.dataset.stage }).then(stage, () => {}));
}
tool("shelf", { open: look });
listen(() => {
  if (isStage === null) stage();
});
setInterval(() => isStage && stage(), LOOK_MILLIS);
