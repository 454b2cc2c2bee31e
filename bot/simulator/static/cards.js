// What stands in a chat besides text: cards, pictures, voices, places.

import * as addresses from "./addresses.js";
import { copy, wording } from "./dom.js";
import { mapOf } from "./places.js";

const LETTERS_PER_SECOND = 4;
const LONGEST_VOICE_SECONDS = 60;

/** One large card, or a large one with a list below it. */
export function news(bubble, { open }) {
  const [first, ...others] = bubble.articles;
  if (others.length === 0) return alone(first, open);
  const all = copy("cards");
  all.append(...[first, ...others].map((article, number) => listed(article, number, open)));
  return all;
}

function alone(article, open) {
  const drawn = copy("card");
  drawn.querySelector("strong").textContent = article.title;
  drawn.querySelector(".about").textContent = article.description;
  cover(drawn.querySelector(".cover"), article.picture_url);
  return opening(drawn, article.url, open);
}

function listed(article, number, open) {
  const drawn = copy(number === 0 ? "card-first" : "card-next");
  drawn.querySelector("strong").textContent = article.title;
  cover(drawn.querySelector(".cover, .thumb"), article.picture_url);
  return opening(drawn, article.url, open);
}

function opening(drawn, url, open) {
  drawn.addEventListener("click", () => url && open(url));
  return drawn;
}

function cover(holder, url) {
  if (!url) return;
  const picture = new Image();
  picture.alt = "";
  picture.loading = "lazy";
  picture.src = addresses.shown(url);
  picture.addEventListener("error", () => picture.remove());
  holder.append(picture);
}

/** A template message, or a subscription message in the service notices: title, lines of name and value, a way on. */
export function form(bubble, { open, mini }) {
  const { title = "", lines = [], colours = [], url = "", appid = "", path = "" } = bubble.card;
  const drawn = copy("form-card");
  drawn.querySelector(".form-from").hidden = bubble.kind !== "subscription";
  drawn.querySelector("strong").textContent = title;
  for (const [number, [name, value]] of lines.entries()) {
    const [term, told] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, told.textContent] = [name, value];
    if (/^#[0-9a-f]{6}$/i.test(colours[number] || "")) told.style.color = colours[number];
    drawn.querySelector("dl").append(term, told);
  }
  const way = drawn.querySelector(".form-open");
  way.hidden = !url && !appid;
  way.addEventListener("click", () => (appid ? mini({ appid, path, url }) : open(url)));
  return drawn;
}

/** A picture as this phone loaded it once; one that the simulator had to let go is a grey tile. */
export function picture(bubble, { look, phone }) {
  if (!bubble.media) return copy("photo-missing");
  const drawn = copy("photo");
  const shown = drawn.querySelector("img");
  shown.src = addresses.inChat(bubble.media, phone);
  if (bubble.media.includes("showqrcode")) shown.classList.add("qr");
  shown.addEventListener("error", () => drawn.replaceWith(copy("photo-missing")));
  drawn.addEventListener("click", () => look(shown));
  return drawn;
}

/** The pill that plays, and below it what WeChat made of the words. */
export function voice(bubble) {
  const drawn = copy("voice");
  const seconds = Math.min(LONGEST_VOICE_SECONDS, Math.max(2, Math.ceil(bubble.text.length / LETTERS_PER_SECOND)));
  const pill = drawn.querySelector(".voice-play");
  pill.querySelector(".voice-long").textContent = `${seconds}\u2033`;
  pill.style.width = `${72 + seconds * 3}px`;
  pill.addEventListener("click", () => {
    drawn.classList.add("playing");
    setTimeout(() => drawn.classList.remove("playing"), seconds * 1000);
  });
  const heard = copy("voice-heard");
  heard.textContent = bubble.text || wording("voice-silent");
  heard.classList.toggle("empty", !bubble.text);
  return bubble.side === "me" ? [drawn, heard] : [drawn];
}

export function video() {
  return copy("video");
}

export function sticker() {
  return copy("sticker");
}

export function music(bubble, { open }) {
  const drawn = copy("music");
  const { title = "", description = "", url = "" } = bubble.card;
  drawn.querySelector("strong").textContent = title || bubble.text || wording("music-untitled");
  drawn.querySelector(".about").textContent = description;
  return opening(drawn, url || bubble.url, open);
}

export function place(bubble) {
  const drawn = copy("place");
  const { latitude, longitude, label = bubble.text } = bubble.card;
  const [name, ...rest] = label.split(" ");
  drawn.querySelector("strong").textContent = name || wording("place-untitled");
  drawn.querySelector(".about").textContent = rest.join(" ") || [latitude, longitude].filter(Number.isFinite).join(", ");
  drawn.querySelector(".place-map").append(mapOf(latitude, longitude, label), copy("pin"));
  return drawn;
}

export function shared(bubble, { open }) {
  const drawn = copy("shared");
  drawn.querySelector("strong").textContent = bubble.text;
  drawn.querySelector(".about").textContent = bubble.card.description || bubble.url.replace(/^https?:\/\//, "");
  return opening(drawn, bubble.url, open);
}

export function miniProgram(bubble, { mini }) {
  const drawn = copy("mini-card");
  const { title = "", appid = "", path = "", url = "", picture: image = "" } = bubble.card;
  drawn.querySelector(".mini-from").textContent = appid;
  drawn.querySelector("strong").textContent = title || bubble.text || wording("mini-untitled");
  cover(drawn.querySelector(".cover"), image);
  drawn.addEventListener("click", () => mini({ appid, path, url }));
  return drawn;
}
