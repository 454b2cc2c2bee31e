// One phone: keeps its screen as the simulator says and sends what the thumb does.

import { draw } from "./bubbles.js";
import * as clock from "./clock.js";
import * as control from "./control.js";
import { atEnd, copy, wording } from "./dom.js";
import * as menubar from "./menubar.js";
import { browse, choose, question } from "./sheets.js";

export class Phone {
  constructor(state, onTouched) {
    this.id = state.id;
    this.state = state;
    this.last = null;
    this.menu = "";
    this.unread = 0;
    this.stuck = true;
    this.element = copy("phone");
    this.element.dataset.phone = state.id;
    this.find = (selector) => this.element.querySelector(selector);
    this.field = this.find(".words");
    this.element.addEventListener("pointerdown", () => onTouched(this));
    this.element.addEventListener("focusin", () => onTouched(this));
    this.listen();
  }

  get current() {
    return this.element.classList.contains("current");
  }

  // -- what the simulator says ----------------------------------------------------------------------------------------

  update(state) {
    this.state = state;
    this.element.setAttribute("aria-label", state.name);
    this.find(".owner-name").textContent = state.name;
    this.find(".owner-role").textContent = wording(`role-${state.role}`);
    this.find(".chatting").hidden = !state.following;
    this.find(".strange").hidden = state.following;
    this.show(state.news, state.typing);
  }

  show(news, typing) {
    if (news.some((bubble) => bubble.side === "me")) this.stuck = true;
    for (const bubble of news) this.add(bubble);
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
    const mark = clock.mark(bubble.time, this.last);
    if (mark) {
      const line = copy("time");
      line.querySelector("time").textContent = mark;
      list.append(line);
    }
    this.last = bubble.time;
    if (bubble.side !== "me" && !this.current) this.unread += 1;
    list.append(draw(bubble, this.state.name, (from, number) => this.touch(from, number), (url) => this.open(url)));
  }

  /** Redraws only a changed menu: a list that somebody has open stays open. */
  setMenu(menu) {
    const wanted = JSON.stringify(menu);
    if (wanted === this.menu) return;
    this.menu = wanted;
    menubar.fill(this.find(".menu-bar"), menu, (button) => this.press(button));
  }

  tick() {
    this.find(".clock").textContent = clock.current();
  }

  // -- what the thumb does --------------------------------------------------------------------------------------------

  listen() {
    this.find(".follow").addEventListener("click", () => this.do("follow"));
    this.find(".scan-follow").addEventListener("click", () => this.scan());
    this.find(".more").addEventListener("click", () => this.more());
    this.find(".say").addEventListener("submit", (event) => {
      event.preventDefault();
      this.speak();
    });
    this.field.addEventListener("keydown", (event) => {
      // 229: Safari reports the Enter that ends a composition after the composition has ended
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.speak();
    });
    this.field.addEventListener("input", () => this.fit());
    this.find(".plus").addEventListener("click", () => this.plus(this.find(".plus-panel").hidden));
    for (const tile of this.element.querySelectorAll("[data-kind]")) {
      tile.addEventListener("click", () => this.attach(tile.dataset.kind));
    }
    const chat = this.find(".chat");
    let before = 0;
    chat.addEventListener("scroll", () => {
      // only a thumb moves upwards; what grows below leaves the place as it is
      if (atEnd(chat)) this.stuck = true;
      else if (chat.scrollTop < before) this.stuck = false;
      before = chat.scrollTop;
    });
    // a menu that appears or a picture that arrives moves the end away from who was looking at it
    const watch = new ResizeObserver(() => this.stuck && this.toEnd());
    watch.observe(chat);
    watch.observe(this.find(".bubbles"));
    this.element.addEventListener("click", (event) => {
      if (!event.target.closest(".menu-bar")) menubar.fold(this.find(".menu-bar"));
    });
  }

  /** Posts a gesture; a refusal (a double click, say) leaves the screen as it is. */
  async do(gesture, body = {}) {
    try {
      return await control.post(`phones/${this.id}/${gesture}`, body);
    } catch (problem) {
      if (problem.status === 0) return null;
      return { error: problem.status };
    }
  }

  say(text) {
    return this.do("say", { text });
  }

  async speak() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    this.fit();
    const sent = await this.say(text);
    if (sent === null && this.field.value === "") this.field.value = text;
    this.fit();
  }

  fit() {
    this.find(".send").disabled = this.field.value.trim() === "";
    this.field.style.height = "38px";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 104)}px`;
  }

  touch(bubble, number) {
    const link = bubble.links[number];
    if (link.url) this.open(link.url);
    else if (link.content) this.do("tap", { bubble: bubble.id, link: number });
  }

  press(button) {
    this.do("menu", { button: button.key || button.url || button.name });
    if (button.type === "view") this.open(button.url);
  }

  open(url) {
    browse(this.find(".overlays"), url);
  }

  plus(open) {
    this.find(".plus-panel").hidden = !open;
    this.find(".plus").setAttribute("aria-expanded", String(open));
    this.toEnd();
  }

  attach(kind) {
    this.plus(false);
    if (kind === "scan") this.scan();
    else if (kind === "voice") this.ask("ask-voice", (words) => this.do("send", { kind, recognition: words }));
    else this.do("send", { kind });
  }

  ask(id, answer, value = "") {
    question(this.find(".overlays"), id, answer, value);
  }

  scan() {
    this.ask("ask-scan", (scene) => this.do("scan", { scene }));
  }

  more() {
    choose(this.find(".overlays"), "more", {
      scan: () => this.scan(),
      rename: () => this.ask("ask-rename", (name) => control.post(`phones/${this.id}`, { name }), this.state.name),
      unfollow: () => this.do("unfollow"),
    });
  }
}
