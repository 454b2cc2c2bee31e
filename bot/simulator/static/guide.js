// The column at the left: the word of explanation, what to try, folding it away.

import * as control from "./control.js";
import { desk, listen, phones } from "./desk.js";
import { made, recall, remember, say } from "./telling.js";

// as in page.css: the open column, a phone at its narrowest, the gap between two, what stands left and right of them
const [COLUMN, PHONE, GAP, MARGIN] = [236, 298, 18, 32];
const TELEPHONE = matchMedia("(max-width: 600px)");

const guide = document.querySelector(".guide");
const find = (selector) => guide.querySelector(selector);
const fold = find(".fold");
const words = { folded: fold.dataset.unfold, open: fold.getAttribute("aria-label") };
let drawn = false;
let crowded = false;

function narrow(folded) {
  document.body.classList.toggle("folded", folded);
  fold.setAttribute("aria-expanded", String(!folded));
  fold.setAttribute("aria-label", folded ? words.folded : words.open);
}

/** A drawer, or a phone more than fit beside the column, takes its room for a while without changing the wish. */
function settle() {
  narrow(recall("folded", false) || drawn || crowded);
}

/** Says whether a drawer needs the column's room. */
export function giveWay(toDrawer) {
  drawn = toDrawer;
  settle();
}

/** Looks only when the number of phones changes or the window does: whoever opens the column again wants it open. */
function makeRoom() {
  const before = crowded;
  crowded = !TELEPHONE.matches && COLUMN + MARGIN + phones.size * (PHONE + GAP) - GAP > innerWidth;
  if (crowded === before) return;
  settle();
  requestAnimationFrame(() => desk.current && desk.current.element.scrollIntoView({ block: "nearest", inline: "nearest" }));
}

function explain(trouble) {
  const ordered = Boolean(trouble && trouble.ordered);
  const note = document.querySelector(".ordered");
  note.hidden = !ordered;
  if (ordered) note.textContent = say("ordered", { what: say(`met-${trouble.ordered}`, {}, trouble.ordered) });
  const box = find(".trouble:not(.gone)");
  box.hidden = !trouble || ordered;
  if (box.hidden) return;
  find(".trouble-text").textContent = trouble.text;
  find(".trouble-webhook").textContent = trouble.webhook;
  find(".trouble-status").hidden = !trouble.status || trouble.status === 200;
  find(".trouble-status b").textContent = trouble.status || "";
  find(".trouble-checks").replaceChildren(...trouble.checks.map((check) => made("li", "", check)));
}

/** What would do nothing is not offered: words need a phone that follows. */
function offer() {
  const phone = desk.current;
  const following = Boolean(phone && phone.state.following);
  find(".try-before").hidden = following;
  find(".try-after").hidden = !following;
  if (phone) find(".try-who").textContent = phone.state.name;
}

fold.addEventListener("click", () => {
  const folded = !document.body.classList.contains("folded");
  if (!crowded) remember("folded", folded);
  narrow(folded);
});
find("[data-do=follow]").addEventListener("click", () => {
  if (desk.current) control.post(`phones/${desk.current.id}/follow`).catch(() => {});
});
for (const chip of guide.querySelectorAll("[data-say]")) {
  chip.addEventListener("click", () => desk.current && desk.current.say(chip.dataset.say));
}
listen((state) => {
  explain(state.trouble);
  offer();
  makeRoom();
});
addEventListener("resize", makeRoom);
settle();
