// Trouble made to order, the open questions of the platform, and the way back to fair weather.

import * as clock from "./clock.js";
import * as control from "./control.js";
import { listen, offer } from "./desk.js";
import { copy, wording } from "./dom.js";
import { isOpen, tool } from "./drawer.js";
import { excuse, made, say } from "./telling.js";

const LOOK_MILLIS = 2000;
const WEBHOOK = "webhook";

const panel = document.querySelector("[data-panel=faults]");
const find = (selector) => panel.querySelector(selector);
const unplug = find("[data-service]");

// -- what waits -------------------------------------------------------------------------------------------------------

async function look() {
  if (!isOpen("faults")) return;
  const told = await control.get("faults").catch(() => null);
  if (told) draw(told.faults || [], told.latency || {});
}

function draw(faults, latency) {
  const rows = [
    ...(unplugged() ? [waiting(WEBHOOK, say("met-down"), say("fault-standing"))] : []),
    ...faults.map((fault) => waiting(fault.endpoint, say(`fault-${fault.kind}`, fault), say("fault-left", fault))),
    ...Object.entries(latency).map(([endpoint, slow]) => waiting(endpoint, say("fault-latency", slow), say("fault-standing"))),
  ];
  find(".waiting-list").replaceChildren(...rows);
  find(".waiting-none").hidden = rows.length > 0;
  find(".faults-over").disabled = rows.length === 0;
  document.querySelector(".faults-now").textContent = rows.length ? say("faults-some", { n: rows.length }) : say("faults-none");
}

function waiting(endpoint, about, left) {
  const row = copy("waiting-row");
  const where = endpoint === WEBHOOK ? say("fault-on-webhook") : endpoint === "*" ? say("fault-on-any") : endpoint;
  row.querySelector("b").textContent = `${where} \u00b7 ${about}`;
  row.querySelector("small").textContent = left;
  return row;
}

const unplugged = () => unplug.getAttribute("aria-pressed") === "true";

async function order(act) {
  find(".faults-refused").hidden = true;
  try {
    await act();
  } catch (problem) {
    const words = find(".faults-refused");
    words.textContent = excuse(problem);
    words.hidden = false;
  }
  look();
}

function flash(button) {
  button.classList.add("struck");
  setTimeout(() => button.classList.remove("struck"), 700);
}

for (const button of panel.querySelectorAll(".weather")) {
  button.addEventListener("click", () => {
    flash(button);
    if (button === unplug) order(() => control.post("service", { down: !unplugged() }));
    else if (button.dataset.post) order(() => control.post(button.dataset.post));
    else if (button.dataset.latency) order(() => control.post("latency", JSON.parse(button.dataset.latency)));
    else order(() => control.post("faults", ordered(JSON.parse(button.dataset.fault))));
  });
}

function ordered(fault) {
  const person = find(".fault-person").value;
  return { ...fault, times: Number(find(".fault-times").value), ...(person ? { person } : {}) };
}

find(".faults-over").addEventListener("click", () =>
  order(async () => {
    await control.remove("faults");
    await control.remove("latency").catch(() => {});
    if (unplugged()) await control.post("service", { down: false });
  }),
);

// -- the open questions -----------------------------------------------------------------------------------------------

async function switches() {
  const told = await control.get("switches").catch(() => null);
  const all = Object.entries(told ? told.switches : {});
  find(".switch-list").replaceChildren(...all.map(([name, told]) => board(name, told)));
  find(".switches-none").hidden = all.length > 0;
}

/** One switch. The position hardest on a bot is marked, and the default where that is another. */
function board(name, { value, choices, harsher }) {
  const row = copy("switch-row");
  const [title, about] = wording(`switch-${name}`, name).split("|");
  row.querySelector("dt").textContent = title;
  row.querySelector(".switch-about").textContent = about || "";
  const select = row.querySelector("select");
  select.setAttribute("aria-label", title);
  choices.forEach((choice, place) => {
    const words = [wording(`switch-${name}-${choice}`, String(choice))];
    if (choice === harsher) words.push(say("switch-harsher"));
    else if (place === 0) words.push(say("switch-default"));
    const option = made("option", "", words.join(" \u00b7 "));
    option.value = String(place);
    select.append(option);
  });
  select.value = String(choices.indexOf(value));
  row.classList.toggle("moved", value !== choices[0]);
  select.addEventListener("change", async () => {
    await order(() => control.post("switches", { [name]: choices[Number(select.value)] }));
    switches();
  });
  return row;
}

// -- at work ----------------------------------------------------------------------------------------------------------

function service(state) {
  const { webhook_down: down = false, suspended_until: until = null } = state.service || {};
  if (unplugged() !== down) {
    unplug.setAttribute("aria-pressed", String(down));
    look();
  }
  find(".service-now").textContent = until ? say("service-suspended", { until: clock.time(until) }) : say(down ? "service-down" : "service-up");
}

tool("faults", {
  open: () => {
    offer(find(".fault-person"));
    look();
    switches();
  },
});
listen((state) => {
  service(state);
  if (!isOpen("faults")) return;
  offer(find(".fault-person"));
  look();
});
setInterval(look, LOOK_MILLIS);
