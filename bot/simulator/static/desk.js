// What lies on the desk: the phones, what was last heard on each, which one is in the hand. Tools listen to it.

import { initial } from "./bubbles.js";
import { copy, wording } from "./dom.js";
import { Phone } from "./phone.js";
import { HERE, made, recall, remember } from "./telling.js";

const REMEMBERED = 40;

export const MOST_PHONES = 4;
export const phones = new Map();
export const desk = { current: null, state: null };

const chats = new Map();
let kept = new Map(); // the red dots of a simulator that began anew
const listeners = [];
const find = (selector) => document.querySelector(selector);

/** `act(state)` is called after each piece of news has been put on the phones. */
export function listen(act) {
  listeners.push(act);
}

/** The last bubbles of a phone, oldest first. */
export function chat(id) {
  return chats.get(id) || [];
}

// -- in the hand ------------------------------------------------------------------------------------------------------

/** Takes a phone into the hand. */
export function choose(phone) {
  if (desk.current === phone) return;
  desk.current = phone;
  remember("chosen", phone.id, HERE);
  for (const other of phones.values()) other.element.classList.toggle("current", other === phone);
  phone.unread = 0;
  switcher();
  phone.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (desk.state) for (const act of listeners) act(desk.state);
}

/** Takes it into the hand and brings it whole onto the screen. */
export function bring(phone) {
  choose(phone);
  phone.element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Brings the switcher up to date in place: a tab that has the focus keeps it. */
function switcher() {
  for (const phone of phones.values()) {
    phone.tab.querySelector(".tab-face").textContent = initial(phone.state.name);
    phone.tab.querySelector(".tab-name").textContent = phone.state.name;
    phone.tab.querySelector(".tab-role").textContent = wording(`who-${phone.state.role}`);
    phone.tab.title = phone.state.name;
    phone.tab.dataset.role = phone.state.role;
    phone.tab.setAttribute("aria-pressed", String(phone === desk.current));
    const badge = phone.tab.querySelector(".badge");
    badge.textContent = phone.unread > 99 ? "99+" : phone.unread;
    badge.hidden = phone.unread === 0;
    badge.setAttribute("aria-label", `${phone.unread} ${wording("unread-label")}`);
  }
}

// -- what the simulator says ------------------------------------------------------------------------------------------

function enter(state) {
  const phone = new Phone(state, choose);
  phone.tab = copy("switch");
  phone.tab.addEventListener("click", () => {
    bring(phone);
    phone.toEnd(); // only here: a scroll under a finger on its way down would lose the click
  });
  phones.set(state.id, phone);
  find(".tabs").append(phone.tab);
  find(".phones").append(phone.element);
  return phone;
}

/** The one in the hand before a reload or a restart, if it is still there. */
function first(ids) {
  const before = recall("chosen", "", HERE);
  return ids.includes(before) ? before : ids[0];
}

function leave(id) {
  const phone = phones.get(id);
  phones.delete(id);
  chats.delete(id);
  phone.element.remove();
  phone.tab.remove();
  if (desk.current !== phone) return;
  desk.current = null;
  const [next] = phones.values();
  if (next) choose(next);
}

function overhear(state) {
  const known = chats.get(state.id) || [];
  const renewed = new Set(state.news.map((bubble) => bubble.id));
  const all = [...known.filter((bubble) => !renewed.has(bubble.id)), ...state.news];
  chats.set(state.id, all.sort((one, other) => one.id - other.id).slice(-REMEMBERED));
}

/** Puts the simulator's news on the phones, then tells who listens. */
export function arrange(state) {
  desk.state = state;
  const living = new Set(state.phones.map((phone) => phone.id));
  for (const id of [...phones.keys()]) if (!living.has(id)) leave(id);
  for (const told of state.phones) {
    const fresh = !phones.has(told.id);
    const phone = fresh ? enter(told) : phones.get(told.id);
    overhear(told);
    phone.update(told);
    phone.setMenu(told.menu);
    if (fresh) phone.unread = told.news.length ? kept.get(told.id) || 0 : 0; // an old chat just loaded is not news
    phone.tick();
  }
  kept = new Map();
  find(".phones").dataset.count = phones.size;
  if (desk.current === null && phones.size) bring(phones.get(first([...phones.keys()])));
  switcher();
  for (const act of listeners) act(state);
}

/** Another simulator answers: nothing that stands here is true any more, but what nobody has read stays unread. */
export function forget() {
  kept = new Map([...phones.values()].map((phone) => [phone.id, phone.unread]));
  phones.clear();
  chats.clear();
  desk.current = null;
  find(".phones").replaceChildren();
  find(".tabs").replaceChildren();
}

/** Fills a list of choices with the phones, keeping what is chosen. */
export function offer(select) {
  const first = select.options[0];
  const wanted = select.value;
  const names = [...phones.values()].map((phone) => `${phone.id}/${phone.state.name}`).join("|");
  if (select.dataset.names === names) return;
  select.dataset.names = names;
  const options = [...phones.values()].map((phone) => {
    const option = made("option", "", phone.state.name);
    option.value = phone.id;
    return option;
  });
  select.replaceChildren(first, ...options);
  select.value = phones.has(wanted) ? wanted : "";
}
