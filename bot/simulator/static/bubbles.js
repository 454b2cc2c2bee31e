// Draws one bubble from its JSON. Text always goes in as text: the server has already said which parts are links.

import { copy, wording } from "./dom.js";

const LABELLED = new Set(["voice", "video", "music", "sticker", "location", "link"]);

/** `touch(bubble, number)` is called for a link, `open(url)` for a card. */
export function draw(bubble, owner, touch, open) {
  if (bubble.side === "system") return notice(bubble);
  const row = copy("row");
  row.classList.add(bubble.side === "me" ? "mine" : "theirs");
  row.dataset.bubble = bubble.id;
  const avatar = row.querySelector(".avatar");
  if (bubble.side === "me") avatar.textContent = initial(owner);
  else avatar.classList.add("account-avatar");
  const body = row.querySelector(".bubble");
  if (bubble.kind === "news") {
    row.classList.add("bare", "wide");
    body.append(...bubble.articles.map((article) => card(article, open)));
  } else if (bubble.kind === "image" && bubble.media && bubble.side === "me") {
    row.classList.add("bare");
    body.append(photo(bubble.media));
  } else if (bubble.kind === "image" || LABELLED.has(bubble.kind)) {
    body.append(copy(bubble.kind === "image" ? "media" : `media-${bubble.kind}`), bubble.text);
  } else {
    body.append(...bubble.parts.map((part) => written(part, bubble, touch)));
  }
  return row;
}

function written(part, bubble, touch) {
  if (part.link === undefined) return document.createTextNode(part.text);
  const link = copy("tapped");
  link.textContent = part.text;
  link.addEventListener("click", () => touch(bubble, part.link));
  return link;
}

function card(article, open) {
  const drawn = copy("card");
  drawn.querySelector("strong").textContent = article.title;
  drawn.querySelector(".about").textContent = article.description;
  if (article.picture_url) {
    const picture = new Image();
    picture.alt = "";
    picture.src = article.picture_url;
    drawn.querySelector(".cover").append(picture);
  }
  drawn.addEventListener("click", () => article.url && open(article.url));
  return drawn;
}

function photo(url) {
  const drawn = copy("photo");
  drawn.querySelector("img").src = url;
  return drawn;
}

function notice(bubble) {
  const drawn = copy("notice");
  drawn.dataset.bubble = bubble.id;
  drawn.querySelector("p").textContent = bubble.text;
  drawn.querySelector("small").textContent = bubble.hint;
  return drawn;
}

/** The last character of a name before any bracket: of a nickname and a surname, the surname. */
function initial(name) {
  const letters = [...name.split(/[(\uff08]/)[0].trim()];
  return letters[letters.length - 1] || wording("media");
}
