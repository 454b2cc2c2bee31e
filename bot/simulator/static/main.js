// The page: asks the simulator what is new, keeps the phones, the switcher and the word of explanation up to date.

import * as clock from "./clock.js";
import * as control from "./control.js";
import { copy, wording } from "./dom.js";
import { Phone } from "./phone.js";

const MOST_PHONES = 4;
const WAIT_SECONDS = 9;

const phones = new Map();
const find = (selector) => document.querySelector(selector);
let current = null;
let version = -1;
let epoch = "";

// -- phones -----------------------------------------------------------------------------------------------------------

function choose(phone) {
  if (current === phone) return;
  current = phone;
  for (const other of phones.values()) other.element.classList.toggle("current", other === phone);
  phone.unread = 0;
  phone.toEnd();
  tabs();
}

function tabs() {
  const bar = find(".tabs");
  bar.replaceChildren(
    ...[...phones.values()].map((phone) => {
      const tab = copy("tab");
      const badge = tab.querySelector(".badge");
      tab.querySelector(".tab-name").textContent = phone.state.name;
      tab.setAttribute("aria-pressed", String(phone === current));
      badge.textContent = phone.unread;
      badge.hidden = phone.unread === 0;
      badge.setAttribute("aria-label", `${phone.unread} ${wording("badge-label")}`);
      tab.addEventListener("click", () => choose(phone));
      return tab;
    }),
  );
}

function arrange(states) {
  for (const state of states) {
    let phone = phones.get(state.id);
    const fresh = !phone;
    if (fresh) {
      phone = new Phone(state, choose);
      phones.set(state.id, phone);
      find(".phones").append(phone.element);
      if (current === null) choose(phone);
    }
    phone.update(state);
    if (fresh) phone.unread = 0; // an old chat just loaded is not news
    phone.tick();
  }
  tabs();
  find(".add-phone").disabled = phones.size >= MOST_PHONES;
}

function forget() {
  phones.clear();
  current = null;
  find(".phones").replaceChildren();
}

// -- what the simulator says ------------------------------------------------------------------------------------------

function explain(trouble) {
  const box = find(".trouble:not(.gone)");
  box.hidden = !trouble;
  if (!trouble) return;
  box.querySelector(".trouble-text").textContent = trouble.text;
  box.querySelector(".trouble-webhook").textContent = trouble.webhook;
  box.querySelector(".trouble-status").hidden = !trouble.status || trouble.status === 200;
  box.querySelector(".trouble-status b").textContent = trouble.status || "";
  box.querySelector(".trouble-checks").replaceChildren(
    ...trouble.checks.map((check) => {
      const line = document.createElement("li");
      line.textContent = check;
      return line;
    }),
  );
}

function apply(state) {
  clock.set(state.now, state.account.timezone);
  if (state.epoch !== epoch) forget();
  epoch = state.epoch;
  version = state.version;
  arrange(state.phones);
  for (const phone of phones.values()) phone.setMenu(state.menu);
  explain(state.trouble);
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function listen() {
  for (;;) {
    const asked = version;
    const begun = performance.now();
    try {
      apply(await control.get("state", { since: version, epoch, wait: version < 0 ? 0 : WAIT_SECONDS }));
      find(".gone").hidden = true;
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      find(".gone").hidden = false;
      await pause(2000);
    }
    // the server answers at once when too many pages wait: then this page looks once a second instead
    if (asked === version && performance.now() - begun < 1000) await pause(1000);
  }
}

// -- the guide --------------------------------------------------------------------------------------------------------

find(".add-phone").addEventListener("click", () => control.post("phones"));
for (const chip of document.querySelectorAll(".chip")) {
  chip.addEventListener("click", () => current && current.say(chip.dataset.say));
}
setInterval(() => {
  for (const phone of phones.values()) phone.tick();
}, 5000);
listen();
