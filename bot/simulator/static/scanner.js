// Scan mode: while one phone's scanner is open, every QR picture on the rest of the page can be scanned by touching it.

import * as addresses from "./addresses.js";
import * as control from "./control.js";
import { copy, overlay, wording } from "./dom.js";
import { say } from "./telling.js";

export const PICTURES = "img.qr, img[src*=showqrcode]";

let scanning = null;

/**
 * Opens the scanner in a phone; `found(code)` gets `{plain}` for the account's own code, `{ticket}`, `{scene}`, each with
 * `result`, the text in the code where it is known. With `free`, what is typed is the code's text itself: `{result}`.
 */
export function scan(phone, found, { free = false } = {}) {
  if (scanning) scanning.close();
  const page = copy("scanner");
  const finish = (code) => {
    close();
    found(code);
  };
  const close = overlay(phone.querySelector(".overlays"), page, () => stop(), { modal: false });
  scanning = { phone, close, finish, watch: new MutationObserver(look) };
  document.documentElement.dataset.scanning = phone.dataset.phone;
  phone.classList.add("scans");
  page.querySelector("[data-do=cancel]").addEventListener("click", close);
  typed(page, finish, free);
  list(page.querySelector(".codes"), finish);
  document.addEventListener("click", touched, true);
  document.addEventListener("keydown", pressed, true);
  scanning.watch.observe(document.body, { childList: true, subtree: true });
  offer();
}

/** What a QR picture of this page says. */
export function read(picture) {
  const { plain, ticket, scene, result } = picture.dataset;
  if (plain) return { plain: true, result: wording("code-plain-result") };
  const named = ticket || new URL(picture.src, document.baseURI).searchParams.get("ticket");
  if (named) return { ticket: named, result };
  return scene ? { scene, result } : { result: result || picture.src };
}

// -- the other phones' pictures ---------------------------------------------------------------------------------------

const others = () => [...document.querySelectorAll(PICTURES)].filter((each) => !each.closest(".scans, .codes"));

/** A picture is no button: while somebody scans it can be reached and pressed like one. */
function offer() {
  for (const picture of others()) {
    if (picture.closest("button") || picture.tabIndex === 0) continue;
    picture.tabIndex = 0;
    picture.setAttribute("role", "button");
    picture.dataset.lent = picture.alt;
    picture.alt = wording("code-scan");
  }
}

function look() {
  if (scanning.phone.isConnected) offer();
  else stop();
}

function takeBack() {
  for (const picture of document.querySelectorAll("img[data-lent]")) {
    picture.removeAttribute("tabindex");
    picture.removeAttribute("role");
    picture.alt = picture.dataset.lent;
    delete picture.dataset.lent;
  }
}

function pictureAt(target) {
  if (target.closest(".scans")) return null;
  if (target.matches(PICTURES)) return target;
  const holder = target.closest("button");
  return holder && holder.querySelector(PICTURES);
}

function touched(event) {
  const picture = pictureAt(event.target);
  if (!picture) return;
  event.preventDefault();
  event.stopPropagation();
  scanning.finish(read(picture));
}

function pressed(event) {
  if (event.key === "Escape") scanning.close();
  else if ((event.key === "Enter" || event.key === " ") && event.target.matches("img[data-lent]")) touched(event);
}

function stop() {
  scanning.watch.disconnect();
  document.removeEventListener("click", touched, true);
  document.removeEventListener("keydown", pressed, true);
  delete document.documentElement.dataset.scanning;
  scanning.phone.classList.remove("scans");
  scanning = null;
  takeBack();
}

// -- the scanner's own list -------------------------------------------------------------------------------------------

/** The account's code, those seen on other phones (a narrow screen shows one phone at a time), those it has made. */
async function list(codes, finish) {
  const add = (picture, words, code) => {
    const item = copy("code-item");
    item.querySelector("img").src = addresses.shown(picture);
    item.querySelector("span").textContent = words;
    item.querySelector("button").addEventListener("click", () => finish(code));
    codes.append(item);
  };
  add(copy("code-plain").src, wording("code-account"), { plain: true, result: wording("code-plain-result") });
  const shown = new Set();
  for (const picture of others()) {
    const owner = picture.closest(".phone");
    const code = read(picture);
    if (!owner || code.plain || shown.has(picture.src)) continue;
    shown.add(picture.src);
    add(picture.src, say("code-on", { name: owner.querySelector(".owner-name").textContent }), code);
  }
  const made = await control.get("qrcodes").catch(() => ({ codes: [] }));
  for (const { ticket, scene, url, image } of made.codes) {
    if (![...shown].some((src) => src.includes(encodeURIComponent(ticket)))) {
      add(image, say("code-scene", { scene }), { ticket, result: url });
    }
  }
}

function typed(page, finish, free) {
  const form = page.querySelector(".scan-typed");
  const field = form.querySelector("input");
  if (free) {
    form.querySelector("span").textContent = wording("scan-free");
    field.placeholder = wording("scan-free-hint");
    field.maxLength = 500;
    field.value = wording("scan-free-sample");
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text) finish(free ? { result: text } : { scene: text, result: text });
    else field.focus();
  });
}
