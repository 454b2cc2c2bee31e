// Behind the three dots: whose phone it is, what it receives, how old its WeChat is, and putting it away.

import * as control from "./control.js";
import { copy, wording } from "./dom.js";
import { choose, isOn, question, set, switches } from "./sheets.js";
import { recall, remember, say } from "./telling.js";

const LONG_PRESS_MILLIS = 550;
const FLAGS = ["decodes_twice", "without_msg_id", "without_id"];

/** How this phone's WeChat taps a link, for the control interface; only what differs from today's. */
export function flags(id) {
  const known = recall(`phone.${id}.flags`, []);
  return Object.fromEntries(FLAGS.filter((flag) => known.includes(flag)).map((flag) => [flag, true]));
}

/** The dots, a long press and a right click on a title bar all open the same list. */
export function listen(phone, bar) {
  let pressing = 0;
  bar.querySelector(".more").addEventListener("click", () => more(phone));
  bar.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    clearTimeout(pressing);
    if (!phone.host.querySelector(".overlay")) more(phone); // a long press on glass is told as this too
  });
  bar.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button") || event.button !== 0) return;
    pressing = setTimeout(() => more(phone), LONG_PRESS_MILLIS);
  });
  for (const over of ["pointerup", "pointerleave", "pointercancel"]) {
    bar.addEventListener(over, () => clearTimeout(pressing));
  }
}

function more(phone) {
  const { state } = phone;
  const actions = {
    scan: () => phone.scan(),
    code: () => choose(phone.host, "code-card", {}),
    rename: () => rename(phone),
    receive: () => phone.send("refuse", { on: !state.refuses }),
    subscriptions: () => subscriptions(phone),
    version: () => version(phone),
    unfollow: () => choose(phone.host, "sure-unfollow", { yes: () => phone.send("unfollow") }),
    remove: () => choose(phone.host, "sure-remove", { yes: () => phone.send("remove") }),
  };
  choose(phone.host, "more", actions, (sheet) => {
    sheet.querySelector(".sheet-note").textContent = phone.element.querySelector(".quota-note").textContent;
    sheet.querySelector(".sheet-note").hidden = !state.following;
    for (const row of sheet.querySelectorAll("[data-following]")) row.hidden = !state.following;
    sheet.querySelector("[data-do=remove]").hidden = document.querySelectorAll(".phone").length < 2; // the desk is never bare
    set(sheet.querySelector("[data-do=receive]"), !state.refuses);
    sheet.querySelector(".more-who").textContent = [state.name, wording(`role-${state.role}`)].join(" \u00b7 ");
    const old = Object.keys(flags(phone.id)).length > 0;
    sheet.querySelector(".more-version").textContent = wording(old ? "version-old" : "version-new");
  });
}

/** The name on the line above becomes a field; Enter and leaving it keep what was written, Escape does not. */
export function edit(phone) {
  const [name, field] = [phone.element.querySelector(".owner-name"), phone.element.querySelector(".owner-edit")];
  const done = (keeps) => {
    if (field.hidden) return;
    const wanted = field.value.trim();
    field.hidden = true;
    name.hidden = false;
    if (keeps && wanted && wanted !== phone.state.name) phone.rename({ name: wanted });
  };
  field.value = phone.state.name;
  name.hidden = true;
  field.hidden = false;
  field.select();
  field.onblur = () => done(true);
  field.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    done(event.key === "Enter");
    name.focus({ preventScroll: true });
  };
}

export function rename(phone) {
  const { name, role } = phone.state;
  question(phone.host, "ask-rename", (told) => phone.rename(told), { name, role });
}

function version(phone) {
  const known = flags(phone.id);
  const prepare = (sheet) => {
    for (const knob of sheet.querySelectorAll("[data-flag]")) set(knob, Boolean(known[knob.dataset.flag]));
  };
  switches(phone.host, "version", prepare, (knob) => {
    known[knob.dataset.flag] = isOn(knob);
    remember(`phone.${phone.id}.flags`, FLAGS.filter((flag) => known[flag]));
    phone.label();
  });
}

/** Every notice the account may send, asked of the simulator; one that knows no list shows what he agreed to. */
async function subscriptions(phone) {
  const { consents = {}, declined = [] } = phone.state;
  const listed = await control.get("templates").catch(() => ({ templates: [] }));
  const titles = { ...recall("titles", {}), ...Object.fromEntries(listed.templates.map((each) => [each.template_id, each.title])) };
  const plain = new Set(listed.templates.filter(({ kind }) => kind === "template").map((each) => each.template_id));
  const ids = [...new Set([...Object.keys(consents), ...declined, ...listed.templates.map((each) => each.template_id)])];
  const prepare = (sheet) => {
    sheet.querySelector(".sheet-empty").hidden = ids.length > 0;
    sheet.querySelector(".sheet-rows").hidden = ids.length === 0;
    for (const id of ids) {
      const row = copy("subscription-row");
      row.dataset.template = id;
      row.querySelector("b").textContent = titles[id] || id;
      const left = say("subscription-left", { n: consents[id] || 0 });
      row.querySelector("small").textContent = plain.has(id) ? wording("subscription-plain") : left;
      set(row, !declined.includes(id));
      sheet.querySelector(".sheet-rows").append(row);
    }
  };
  switches(phone.host, "subscriptions", prepare, (knob) => {
    phone.popup.forget(knob.dataset.template);
    phone.send("settings", { template_id: knob.dataset.template, on: isOn(knob) });
  });
}

/** Remembers what the templates of a pop-up are called: the settings know only their ids. */
export function learn(asked) {
  if (!asked) return;
  const titles = recall("titles", {});
  for (const { id, title } of asked.templates) titles[id] = title;
  remember("titles", titles);
}
