// The account as it stands just now, wherever the page names it: an element says with which words.

import * as control from "./control.js";
import { listen } from "./desk.js";
import { wording } from "./dom.js";
import { excuse } from "./telling.js";

const card = document.querySelector(".account-card");
const find = (selector) => card.querySelector(selector);

/** <b data-account-kind="sort"> takes <template id="sort-service">, and likewise of data-account-encryption. */
function name(facts) {
  for (const [fact, value] of Object.entries(facts)) {
    for (const place of document.querySelectorAll(`[data-account-${fact}]`)) {
      const words = wording(`${place.getAttribute(`data-account-${fact}`)}-${value}`, value);
      if (place.textContent !== words) place.textContent = words;
    }
  }
}

for (const choice of card.querySelectorAll("select")) {
  choice.addEventListener("change", async () => {
    find(".refused").hidden = true;
    try {
      await control.post("account", { [choice.name]: choice.value });
    } catch (problem) {
      find(".refused").textContent = excuse(problem, "account-");
      find(".refused").hidden = false;
      choice.value = choice.dataset.stands;
    }
  });
}
listen(({ account }) => {
  name({ kind: account.kind, encryption: account.encryption });
  for (const choice of card.querySelectorAll("select")) {
    if (choice.dataset.stands === account[choice.name]) continue;
    choice.dataset.stands = choice.value = account[choice.name];
  }
});
