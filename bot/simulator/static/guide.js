// The column at the left: the word of explanation, what to try, folding it away.

import * as control from "./control.js";
import { desk, listen } from "./desk.js";
import { made, recall, remember } from "./telling.js";

const guide = document.querySelector(".guide");
const find = (selector) => guide.querySelector(selector);
const fold = find(".fold");
const words = { folded: fold.dataset.unfold, open: fold.getAttribute("aria-label") };

/** Folds the column to a rail or opens it; a drawer takes its room for a while without changing the wish. */
export function narrow(folded) {
  document.body.classList.toggle("folded", folded);
  fold.setAttribute("aria-expanded", String(!folded));
  fold.setAttribute("aria-label", folded ? words.folded : words.open);
}

export const wishesFold = () => recall("folded", false);

function explain(trouble) {
  const box = find(".trouble:not(.gone)");
  box.hidden = !trouble;
  if (!trouble) return;
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
  remember("folded", folded);
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
});
narrow(wishesFold());
