// The list of chats one step back from the chat: one row with what came last, and a red dot for what he has not seen.

import * as clock from "./clock.js";
import { wording } from "./dom.js";

export class Home {
  /** `changed()` is called when the thumb goes back to the list, and when it opens the chat again. */
  constructor(phone, changed) {
    this.find = (selector) => phone.querySelector(selector);
    this.open = false;
    this.newest = null;
    const go = (open) => {
      this.open = open;
      changed();
      this.find(open ? ".talk" : ".back").focus({ preventScroll: true });
    };
    this.find(".back").addEventListener("click", () => go(true));
    this.find(".talk").addEventListener("click", () => go(false));
  }

  /** Which of the phone's screens is shown. */
  arrange(following) {
    this.open = this.open && following;
    this.find(".chatting").hidden = !following || this.open;
    this.find(".home").hidden = !this.open;
    this.find(".strange").hidden = following;
    this.write();
  }

  heard(bubble) {
    this.newest = bubble;
    this.write();
  }

  /** The row, only while it can be seen: what stands twice on a page is found twice by who searches it. */
  write() {
    const said = this.open ? this.newest : null;
    this.find(".talk-last").textContent = said ? line(said) : "";
    this.find(".talk time").textContent = said ? clock.said(said.time) : "";
  }

  dot(text) {
    const dot = this.find(".talk-dot");
    dot.textContent = text;
    dot.hidden = text === "";
  }
}

/** One line of a bubble: a text as it reads, anything else by its title or its kind. */
function line(bubble) {
  if (bubble.kind === "news") return bubble.articles[0].title;
  const kind = wording(`shown-${bubble.kind}`);
  return kind || bubble.parts.map((part) => part.text).join("").replace(/\s+/g, " ");
}
