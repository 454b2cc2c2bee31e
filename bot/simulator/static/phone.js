// One phone: keeps its screen as the simulator says and sends what the thumb does.

import { attach, photograph } from "./attaching.js";
import { browse, opens } from "./browser.js";
import { draw, wear } from "./bubbles.js";
import * as clock from "./clock.js";
import { Composer } from "./composer.js";
import * as control from "./control.js";
import { copy, wording } from "./dom.js";
import { Home } from "./home.js";
import * as menubar from "./menubar.js";
import * as owner from "./owner.js";
import { Popup } from "./popup.js";
import { press } from "./presses.js";
import * as quota from "./quota.js";
import { read, scan } from "./scanner.js";
import { miniProgram, tell, view } from "./sheets.js";
import { Stops } from "./stops.js";
import * as typing from "./typing.js";
import { Unsent } from "./unsent.js";
import { watchTheEnd, watchTheView } from "./watching.js";

const TOAST_MILLIS = 2200;
const MOST_SHOWN = 99;

export class Phone {
  constructor(state, onTouched) {
    this.id = state.id;
    this.state = state;
    this.last = null;
    this.news = 0;
    this.stuck = true;
    this.seen = false;
    this.element = copy("phone");
    this.element.dataset.phone = state.id;
    this.find = (selector) => this.element.querySelector(selector);
    this.host = this.find(".overlays");
    this.element.addEventListener("pointerdown", () => onTouched(this));
    this.element.addEventListener("focusin", () => onTouched(this));
    this.composer = new Composer(this.element, this.id, {
      speak: (text) => this.say(text),
      attach: (kind) => attach(this, kind),
      press: (button) => press(this, button),
      grown: () => this.stuck && this.toEnd(),
    });
    this.home = new Home(this.element, () => this.turned());
    this.stops = new Stops(this.find(".bubbles"));
    this.unsent = new Unsent(this.find(".unsent"), this.id, (text) => this.say(text));
    this.popup = new Popup(this.host, this.id, {
      answer: (page, choices) => this.send("consent", { page, choices }),
      always: () => this.toast("toast-always"),
    });
    this.listen();
    this.unsent.restore(state.name);
  }

  get current() {
    return this.element.classList.contains("current");
  }

  /** Bubbles that came while the phone was not to be seen, or while the list of chats was open. */
  get unread() {
    return this.news;
  }

  set unread(count) {
    if (count === 0 && this.home.open) return; // in the hand, but not looked at
    this.news = count;
    const dot = this.find(".unread");
    dot.hidden = count === 0;
    dot.textContent = count > MOST_SHOWN ? `${MOST_SHOWN}+` : count;
    this.home.dot(count === 0 ? "" : dot.textContent);
    dot.setAttribute("aria-label", `${count} ${wording("unread-label")}`);
  }

  // -- what the simulator says ----------------------------------------------------------------------------------------

  update(state) {
    this.state = state;
    this.label();
    this.home.arrange(state.following);
    this.find(".muted-mark").toggleAttribute("hidden", !state.refuses);
    this.show(state.news, state.typing);
    owner.learn(state.popup);
    this.popup.update(state.popup);
  }

  /** The line above the phone. */
  label() {
    const { name, role } = this.state;
    this.element.setAttribute("aria-label", name);
    this.element.dataset.role = role;
    wear(this.element, name);
    this.find(".owner-name").textContent = name;
    this.find(".owner-role").textContent = wording(`role-${role}`, role);
    const old = this.find(".owner-old");
    old.hidden = Object.keys(owner.flags(this.id)).length === 0;
    old.title = wording("old-note");
    this.find(".quota").hidden = !this.state.following;
    quota.show(this.find(".quota"), this.find(".quota-note"), this.state);
  }

  show(news, typing) {
    if (news.some((bubble) => bubble.side === "me")) this.enter();
    for (const bubble of news) this.add(bubble);
    if (news.length) this.stops.renew();
    this.find(".first-hint").hidden = this.last !== null;
    this.find(".typing").hidden = !typing;
    if (this.stuck) this.toEnd();
  }

  toEnd() {
    this.stuck = true;
    const chat = this.find(".chat");
    chat.scrollTop = chat.scrollHeight;
  }

  add(bubble) {
    const list = this.find(".bubbles");
    if (clock.apart(bubble.time, this.last)) {
      const line = copy("time");
      line.querySelector("time").dataset.seconds = bubble.time;
      line.querySelector("time").textContent = clock.said(bubble.time);
      list.append(line);
    }
    this.last = bubble.time;
    if (bubble.side !== "me" && (!this.seen || this.home.open)) this.unread += 1;
    this.home.heard(bubble);
    const row = draw(bubble, this.hands);
    this.stops.take(row);
    list.append(row);
  }

  /** Into the chat and to its end: what he does himself is not done in the list of chats. */
  enter() {
    this.stuck = true;
    if (!this.home.open) return;
    this.home.open = false;
    this.turned();
  }

  /** The list of chats was opened or left. */
  turned() {
    this.home.arrange(this.state.following);
    if (this.home.open) return;
    this.unread = 0;
    this.toEnd();
  }

  get hands() {
    return {
      owner: this.state.name,
      phone: this.id,
      touch: (from, number) => this.touch(from, number),
      open: (url) => this.open(url),
      look: (picture) => view(this.host, picture, (code) => this.scanned(read(code))),
      mini: (program) => this.mini(program),
    };
  }

  setMenu(menu) {
    this.composer.setMenu(menu);
  }

  /** Whatever tells the time tells it anew. */
  tick() {
    const face = this.find(".clock");
    const [before, current] = [face.textContent, clock.current()];
    face.textContent = current;
    quota.show(this.find(".quota"), this.find(".quota-note"), this.state);
    if (before === current) return;
    this.home.write();
    for (const mark of this.element.querySelectorAll(".mark time")) {
      mark.textContent = clock.said(Number(mark.dataset.seconds));
    }
  }

  // -- what the thumb does --------------------------------------------------------------------------------------------

  listen() {
    this.find(".follow").addEventListener("click", () => this.send("follow"));
    this.find(".scan-follow").addEventListener("click", () => this.scan());
    this.find(".owner-name").addEventListener("click", () => owner.edit(this));
    this.find(".owner-role").addEventListener("click", () => owner.rename(this));
    this.find(".album").addEventListener("change", (event) => photograph(this, event.target));
    for (const dots of this.element.querySelectorAll(".screen > .title-bar")) owner.listen(this, dots);
    quota.listen(this.find(".quota"), this.find(".quota-note"));
    this.element.addEventListener("click", (event) => {
      if (!event.target.closest(".menu-bar")) menubar.fold(this.find(".menu-bar"));
      if (event.target.closest(".chat")) this.composer.tray(false);
      const tapped = event.pointerType === "mouse" && event.target.closest(".link");
      if (tapped && !this.host.firstElementChild) this.composer.regain();
    });
    typing.listen(this.element, () => this.state.following && !this.host.firstElementChild && this.keyboard());
    watchTheEnd(this);
    watchTheView(this);
  }

  /** Posts a gesture: the simulator's answer, or null when it did not come to pass, which is then said. */
  async send(gesture, body = {}, shown = "") {
    try {
      return await control.post(`phones/${this.id}/${gesture}`, body);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      this.failed(problem, shown && (() => this.send(gesture, body, shown)), shown);
      return null;
    }
  }

  /** Something with words of its own stays in the chat to be sent again; anything else is only said. */
  failed(problem, again, shown) {
    const gone = problem.status === 0 || problem.status >= 500;
    if (gone && again) {
      this.unsent.add(shown, "failed-other", this.state.name, again);
      this.toEnd();
    } else if (gone) this.toast("toast-unreachable");
    else this.toast(problem.status === 404 && !problem.code ? "toast-missing" : "toast-refused");
  }

  /** Says a text; whether it left the phone. What did not is kept in the chat and, if it was typed, in the field. */
  async say(text) {
    try {
      await control.post(`phones/${this.id}/say`, { text });
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      const gone = problem.status === 0 || problem.status >= 500;
      this.unsent.keep(text, gone ? "failed-typed" : "failed-refused", this.state.name);
      if (this.composer.field.value === "") this.composer.set(text);
      this.toEnd();
      return false;
    }
    this.unsent.forget(text);
    if (this.composer.field.value === text) this.composer.set("");
    return true;
  }

  touch(bubble, number) {
    const link = bubble.links[number];
    if (link.appid) this.mini({ appid: link.appid, path: link.path || "", url: link.url || "" });
    else if (link.url) this.open(link.url);
    else if (link.content) this.send("tap", { bubble: bubble.id, link: number, ...owner.flags(this.id) }, link.content);
    else this.toast("toast-dead");
  }

  /** A page inside the phone; the simulator may send it elsewhere, to a consent for example. */
  async open(url) {
    if (!opens(url)) {
      this.toast("toast-opens");
      return;
    }
    const sent = await control.post(`phones/${this.id}/open`, { url }).catch(() => null);
    browse(this.host, (sent && sent.url) || url, (id) => this.toast(id), url);
  }

  mini(program) {
    miniProgram(this.host, program, (url) => this.open(url));
  }

  /** The field instead of the menu, for whoever wants somebody to write. */
  keyboard() {
    this.enter();
    this.composer.keyboard();
  }

  scan() {
    scan(this.element, (code) => this.scanned(code));
  }

  /** The account's own code brings nobody anywhere he is not yet; one of a scene is told to the account. */
  scanned({ plain, ticket, scene, result }) {
    if (plain) {
      if (this.state.following) this.toast("toast-already");
      else this.send("follow");
    } else if (ticket || scene) this.send("scan", ticket ? { ticket } : { scene });
    else if (opens(result)) this.open(result);
    else tell(this.host, result);
  }

  async rename(told) {
    try {
      await control.post(`phones/${this.id}`, told);
    } catch (problem) {
      this.failed(problem);
    }
  }

  /** A few words in the middle of the screen, gone by themselves. */
  toast(id) {
    const box = this.find(".toast");
    box.textContent = wording(id);
    box.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => (box.hidden = true), TOAST_MILLIS);
  }
}
