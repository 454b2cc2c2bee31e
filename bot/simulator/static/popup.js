// The subscription pop-up: which notices he will take, one consent each.

import { copy, overlay } from "./dom.js";
import { recall, remember } from "./telling.js";

/**
 * Shows, keeps or takes away the sheet as the phone's JSON says. `answer(page, choices)` sends his choice; `always()` is
 * told when an earlier "always" answers for him.
 */
export class Popup {
  constructor(host, id, { answer, always }) {
    this.host = host;
    this.key = `phone.${id}.always`;
    this.answer = answer;
    this.always = always;
    this.shown = "";
    this.close = () => {};
  }

  update(asked) {
    const wanted = JSON.stringify(asked || null);
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.close();
    this.close = () => {};
    if (!asked) return;
    const known = recall(this.key, {});
    if (asked.templates.length && asked.templates.every(({ id }) => id in known)) {
      this.always();
      this.answer(asked.page, Object.fromEntries(asked.templates.map(({ id }) => [id, known[id]])));
    } else this.open(asked);
  }

  /** Asks again next time: he changed his mind in the settings. */
  forget(template) {
    const known = recall(this.key, {});
    delete known[template];
    remember(this.key, known);
  }

  open(asked) {
    const sheet = copy("popup");
    const form = sheet.querySelector("form");
    const rows = asked.templates.map(({ id, title }) => {
      const row = copy("popup-row");
      row.querySelector("span").textContent = title || id;
      row.querySelector("input").name = id;
      return row;
    });
    sheet.querySelector(".popup-list").append(...rows);
    const boxes = rows.map((row) => row.querySelector("input"));
    const decide = (wants) => {
      const choices = Object.fromEntries(boxes.map((box) => [box.name, wants(box)]));
      if (form.elements.always.checked) remember(this.key, { ...recall(this.key, {}), ...choices });
      close();
      this.answer(asked.page, choices);
    };
    const refuse = () => decide(() => false);
    const close = overlay(this.host, sheet);
    this.close = close;
    // to look away is to refuse: the account must not wait for an answer that never comes
    sheet.addEventListener("keydown", (event) => event.key === "Escape" && refuse());
    sheet.addEventListener("click", (event) => event.target === sheet && refuse());
    sheet.querySelector("[data-do=reject]").addEventListener("click", refuse);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      decide((box) => box.checked);
    });
  }
}
