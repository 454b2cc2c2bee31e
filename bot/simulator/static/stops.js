// The links and buttons of a chat are one stop of the Tab key: on the newest bubble that has any; arrows go to the others.

const EACH = "a.link, button";
const ARROWS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

export class Stops {
  constructor(list) {
    this.list = list;
    this.stop = null;
    list.addEventListener("keydown", (event) => this.walk(event));
    list.addEventListener("focusin", ({ target }) => target.matches(EACH) && this.put(target));
    list.addEventListener("focusout", ({ relatedTarget }) => list.contains(relatedTarget) || this.renew());
  }

  /** A new bubble's own are passed over until `renew`. */
  take(row) {
    for (const each of row.querySelectorAll(EACH)) each.tabIndex = -1;
  }

  /** Back to the newest, unless somebody is among them. */
  renew() {
    if (this.list.contains(document.activeElement)) return;
    let row = this.list.lastElementChild;
    while (row && !row.querySelector(EACH)) row = row.previousElementSibling;
    if (row) this.put(row.querySelector(EACH));
  }

  put(stop) {
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = stop;
    stop.tabIndex = 0;
  }

  walk(event) {
    if (!event.target.matches(EACH)) return;
    if ((event.key === "Enter" || event.key === " ") && event.target.matches("a")) {
      event.preventDefault(); // a real button does this by itself
      if (!event.repeat) event.target.click();
      return;
    }
    const all = [...this.list.querySelectorAll(EACH)];
    const at = all.indexOf(event.target);
    const next = { Home: 0, End: all.length - 1 }[event.key] ?? at + (ARROWS[event.key] || 0);
    if (next === at) return;
    event.preventDefault();
    if (all[next]) all[next].focus();
  }
}
