// What never left the phone: kept at the end of the chat beside a red mark, and kept in the browser if it was typed.

import { failed } from "./bubbles.js";
import { wording } from "./dom.js";
import { recall, remember } from "./telling.js";

export class Unsent {
  /** `send(text)` tries again and tells whether it went. */
  constructor(list, id, send) {
    this.list = list;
    this.key = `phone.${id}.unsent`;
    this.send = send;
    this.typed = null;
  }

  /** Shows again what an earlier page could not send. */
  restore(owner) {
    const text = recall(this.key, "");
    if (text) this.keep(text, "failed-typed", owner);
  }

  /** One text at a time: what is sent again and fails again does not pile up. */
  keep(text, reason, owner) {
    this.forget();
    this.typed = { text, drawn: this.add(text, reason, owner, () => this.send(text)) };
    remember(this.key, text);
  }

  /** It went after all, or was written anew. */
  forget(text) {
    if (!this.typed || (text !== undefined && text !== this.typed.text)) return;
    this.typed.drawn.remove();
    this.typed = null;
    remember(this.key, "");
  }

  /** Something that was touched, not typed: gone with the page, and when touched again. */
  add(text, reason, owner, again) {
    const drawn = failed(text, wording(reason), owner, () => {
      drawn.remove();
      again();
    });
    this.list.append(drawn);
    return drawn;
  }
}
