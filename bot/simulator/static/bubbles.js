// Draws one bubble from its JSON. Text always goes in as text: the server has already said which parts are links.

import * as cards from "./cards.js";
import { copy, wording } from "./dom.js";

// these stand by themselves, without the white of a bubble
const BARE = {
  image: cards.picture,
  sticker: cards.sticker,
  video: cards.video,
  shortvideo: cards.video,
  location: cards.place,
  link: cards.shared,
  music: cards.music,
  miniprogram: cards.miniProgram,
};
// and these have the width of the screen and no face beside them
const WIDE = { news: cards.news, template: cards.form, subscription: cards.form };

/**
 * `hands` is whose phone it is (`owner` a name, `phone` an id) and what a thumb may do: `touch(bubble, number)` for a link,
 * `open(url)`, `look(picture element)`, `mini(program)`.
 */
export function draw(bubble, hands) {
  if (bubble.side === "system") return notice(bubble);
  const row = WIDE[bubble.kind] ? wide(bubble, hands) : beside(bubble, hands);
  row.dataset.bubble = bubble.id;
  if (bubble.mass) row.querySelector(".bubble").append(copy("mass"));
  return row;
}

/** An own text that never left the phone: its bubble with the red mark; `again` is called when that is touched. */
export function failed(text, reason, owner, again) {
  const drawn = copy("failed");
  drawn.querySelector(".avatar").textContent = initial(owner);
  drawn.querySelector(".bubble").textContent = text;
  drawn.querySelector(".mark").textContent = reason;
  drawn.querySelector(".again").addEventListener("click", again);
  return drawn;
}

/** One character for a face: of a nickname and a surname, or of a name of two, the last; of a longer name the first. */
export function initial(name) {
  const letters = [...name.split(/[(\uff08]/)[0].trim()];
  return (letters.length === 2 ? letters[1] : letters[0]) || "";
}

/** His face, on the bubbles that stand in the chat too. */
export function wear(phone, owner) {
  const letter = initial(owner);
  if (phone.querySelector(".face").textContent === letter) return;
  for (const face of phone.querySelectorAll(".face, .mine .avatar")) face.textContent = letter;
}

function wide(bubble, hands) {
  const row = copy("row-card");
  row.classList.add("theirs");
  if ((bubble.sender || bubble.from) === "service") row.querySelector(".bubble").append(copy("service-head"));
  row.querySelector(".bubble").append(WIDE[bubble.kind](bubble, hands));
  return row;
}

function beside(bubble, hands) {
  const row = copy("row");
  row.classList.add(bubble.side === "me" ? "mine" : "theirs");
  const avatar = row.querySelector(".avatar");
  if (bubble.side === "me") avatar.textContent = initial(hands.owner);
  else avatar.classList.add("account-avatar");
  const body = row.querySelector(".bubble");
  if (bubble.kind === "text") {
    body.append(...bubble.parts.map((part) => written(part, bubble, hands)));
  } else if (bubble.kind === "voice") {
    row.classList.add("spoken");
    body.append(...cards.voice(bubble));
  } else if (BARE[bubble.kind]) {
    row.classList.add("bare");
    body.append(BARE[bubble.kind](bubble, hands));
  } else {
    body.append(bubble.text || wording("unknown-kind"));
  }
  return row;
}

function written(part, bubble, hands) {
  if (part.link === undefined) return document.createTextNode(part.text);
  const link = copy("tapped");
  const { appid } = bubble.links[part.link];
  link.textContent = part.text;
  if (appid) link.append(copy("mini-mark"));
  link.addEventListener("click", () => hands.touch(bubble, part.link));
  return link;
}

function notice(bubble) {
  const drawn = copy("notice");
  drawn.dataset.bubble = bubble.id;
  drawn.querySelector("p").textContent = bubble.text;
  drawn.querySelector("small").textContent = bubble.hint;
  return drawn;
}
