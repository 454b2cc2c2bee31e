// What a press on each type of menu button asks for before it is sent (wechat_platform 4.7), and what it opens.

import { opens } from "./browser.js";
import { askPlace } from "./places.js";
import { scan } from "./scanner.js";
import { choose, tell } from "./sheets.js";

const THREE = 3;

/** `phone` is the Phone pressed on. */
export function press(phone, button) {
  const ask = ASKS[button.type];
  if (ask) ask(phone, button);
  else send(phone, button);
}

const ASKS = {
  scancode_push: scanned,
  scancode_waitmsg: scanned,
  pic_sysphoto: pictured,
  pic_photo_or_album: pictured,
  pic_weixin: pictured,
  location_select: located,
};

function scanned(phone, button) {
  const told = async ({ result, ticket, scene }) => {
    const text = result || ticket || scene;
    const sent = await send(phone, button, { result: text });
    if (sent && button.type === "scancode_push" && !opens(text)) tell(phone.host, text);
  };
  scan(phone.element, told, { free: true });
}

function pictured(phone, button) {
  const shoot = (count) => () => send(phone, button, { count });
  choose(phone.host, "ask-shots", { one: shoot(1), three: shoot(THREE) }, (sheet) => {
    sheet.querySelector(".sheet-note b").textContent = button.name;
    sheet.querySelector("[data-do=three]").hidden = button.type === "pic_sysphoto";
  });
}

function located(phone, button) {
  askPlace(phone.host, (place) => send(phone, button, place));
}

async function send(phone, button, given = {}) {
  const named = button.key || button.url || button.name;
  const answer = await phone.send("menu", { button: named, ...given }, button.name);
  if (!answer) return false;
  if (button.type === "miniprogram") phone.mini({ appid: button.appid, path: button.pagepath, url: button.url });
  else if (answer.opens || button.type === "view") phone.open(answer.opens || button.url);
  return true;
}
