// What the tray behind the plus sends: each kind asks for what it needs, and one tap is always enough.

import { wording } from "./dom.js";
import { shrunk } from "./photo.js";
import { askPlace } from "./places.js";
import { choose, question } from "./sheets.js";

const ASKS = {
  scan: (phone) => phone.scan(),
  image: (phone) => picture(phone),
  voice: (phone) => question(phone.host, "ask-voice", ({ words }) => share(phone, "voice", { recognition: words })),
  link: (phone) => question(phone.host, "ask-link", (told) => share(phone, "link", written(told))),
  location: (phone) => askPlace(phone.host, (where) => share(phone, "location", where)),
};

export function attach(phone, kind) {
  const ask = ASKS[kind];
  if (ask) ask(phone);
  else share(phone, kind);
}

/** The file chosen in the album goes out as a photo. */
export async function photograph(phone, album) {
  const [file] = album.files;
  if (!file) return;
  const data = await shrunk(file).catch(() => "");
  album.value = ""; // the same file may be chosen again
  if (data) await phone.send("photo", { data, type: "image/jpeg" }, wording("shown-image"));
  else phone.toast("toast-picture");
}

function share(phone, kind, details = {}) {
  return phone.send("send", { kind, ...details }, wording(`shown-${kind}`));
}

function picture(phone) {
  choose(phone.host, "ask-picture", {
    file: () => phone.find(".album").click(),
    sample: () => share(phone, "image"),
  });
}

/** Only what somebody filled in: the rest is the simulator's sample. */
function written(told) {
  return Object.fromEntries(Object.entries(told).filter(([, text]) => text));
}
