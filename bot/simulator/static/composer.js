// The bottom of a chat: either the account's menu or the field to write in, never both, and the tray of other things.

import { recall, remember } from "./telling.js";
import * as menubar from "./menubar.js";

const FIELD_HEIGHT = 38;
const HIGHEST_FIELD = 110;

export class Composer {
  /** `act` is what the thumb may do: speak(text), attach(kind), press(button), grown() when the bar has changed its height. */
  constructor(phone, id, act) {
    this.find = (selector) => phone.querySelector(selector);
    this.act = act;
    this.id = id;
    this.field = this.find(".words");
    this.menu = "null";
    this.typing = true;
    this.field.value = recall(`phone.${id}.draft`, "");
    this.listen();
    this.fit();
  }

  // -- which of the two -----------------------------------------------------------------------------------------------

  /** Redraws only a changed menu: a list that somebody has open stays open. */
  setMenu(menu) {
    const wanted = JSON.stringify(menu || null);
    if (wanted === this.menu) return;
    const had = this.hasMenu;
    this.menu = wanted;
    menubar.fill(this.find(".menu-bar"), menu, (button) => this.act.press(button));
    if (had !== this.hasMenu) this.typing = !this.hasMenu || this.field.value !== "" || this.holdsFocus;
    this.arrange();
  }

  get hasMenu() {
    return this.find(".menu-bar").childElementCount > 0;
  }

  get holdsFocus() {
    return this.find(".say").contains(document.activeElement);
  }

  /** The field instead of the menu, ready to be written in. */
  keyboard() {
    this.typing = true;
    this.arrange();
    this.field.focus({ preventScroll: true });
  }

  /** After a tap with the mouse he goes on writing, if he was: an input method needs the focus before the first letter. */
  regain() {
    if (!this.find(".say").hidden) this.field.focus({ preventScroll: true });
  }

  toMenu() {
    this.typing = false;
    this.tray(false);
    this.arrange();
    this.find(".to-keyboard").focus({ preventScroll: true });
  }

  arrange() {
    const typing = this.typing || !this.hasMenu;
    this.find(".menu-row").hidden = typing;
    this.find(".say").hidden = !typing;
    this.find(".to-menu").hidden = !this.hasMenu;
    menubar.fold(this.find(".menu-bar"));
    this.act.grown();
  }

  // -- writing --------------------------------------------------------------------------------------------------------

  listen() {
    this.find(".to-menu").addEventListener("click", () => this.toMenu());
    this.find(".to-keyboard").addEventListener("click", () => this.keyboard());
    this.find(".to-voice").addEventListener("click", () => this.act.attach("voice"));
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
    this.field.addEventListener("focus", () => this.tray(false));
    const plus = this.find(".plus");
    plus.addEventListener("click", () => this.tray(this.find(".tray").hidden));
    for (const tile of this.find(".tray").children) {
      tile.addEventListener("click", () => {
        this.tray(false);
        plus.focus({ preventScroll: true });
        this.act.attach(tile.dataset.kind);
      });
    }
    this.find(".tray").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.tray(false);
      plus.focus({ preventScroll: true });
    });
  }

  async speak() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.set("");
    const sent = await this.act.speak(text);
    if (!sent && this.field.value === "") this.set(text);
  }

  set(text) {
    this.field.value = text;
    this.fit();
  }

  fit() {
    const empty = this.field.value.trim() === "";
    this.find(".send").hidden = empty;
    this.find(".plus").hidden = !empty;
    this.field.style.height = `${FIELD_HEIGHT}px`;
    const wanted = Math.min(this.field.scrollHeight, HIGHEST_FIELD);
    if (wanted > FIELD_HEIGHT) this.field.style.height = `${wanted}px`;
    remember(`phone.${this.id}.draft`, this.field.value);
  }

  tray(open) {
    if (this.find(".tray").hidden === !open) return;
    this.find(".tray").hidden = !open;
    this.find(".plus").setAttribute("aria-expanded", String(open));
    this.act.grown();
  }
}
