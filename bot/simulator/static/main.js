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
let added = "";

// -- phones -----------------------------------------------------------------------------------------------------------

function choose(phone) {
  if (current === phone) return;
  current = phone;
  for (const other of phones.values()) other.element.classList.toggle("current", other === phone);
  phone.unread = 0;
  tabs();
}

/** Brings the switcher up to date in place: a tab that has the focus keeps it. */
function tabs() {
  for (const phone of phones.values()) {
    phone.tab.querySelector(".tab-name").textContent = phone.state.name;
    phone.tab.setAttribute("aria-pressed", String(phone === current));
    const badge = phone.tab.querySelector(".badge");
    badge.textContent = phone.unread;
    badge.hidden = phone.unread === 0;
    badge.setAttribute("aria-label", `${phone.unread} ${wording("badge-label")}`);
  }
}

function enter(state) {
  const phone = new Phone(state, choose);
  phone.tab = copy("tab");
  phone.tab.addEventListener("click", () => {
    choose(phone);
    phone.toEnd(); // only here: a scroll under a finger on its way down would lose the click
  });
  phones.set(state.id, phone);
  find(".tabs").append(phone.tab);
  find(".phones").append(phone.element);
  if (current === null) choose(phone);
  if (state.id === added) bring(phone);
  return phone;
}

function bring(phone) {
  choose(phone);
  phone.element.scrollIntoView({ inline: "end" });
}

function arrange(states) {
  for (const state of states) {
    const fresh = !phones.has(state.id);
    const phone = fresh ? enter(state) : phones.get(state.id);
    phone.update(state);
    phone.setMenu(state.menu);
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
  find(".tabs").replaceChildren();
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

find(".add-phone").addEventListener("click", async () => {
  find(".add-phone").disabled = true;
  const made = await control.post("phones").catch(() => null);
  added = made ? made.id : "";
  const phone = phones.get(added); // the news may have been faster than the answer
  if (phone) bring(phone);
  if (!made) find(".add-phone").disabled = false;
});
for (const chip of document.querySelectorAll(".chip")) {
  chip.addEventListener("click", () => current && current.say(chip.dataset.say));
}
setInterval(() => {
  for (const phone of phones.values()) phone.tick();
}, 5000);
listen();
