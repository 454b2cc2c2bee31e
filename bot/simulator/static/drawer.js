// The drawer beside the phones, which holds one tool at a time.

import { desk, listen } from "./desk.js";
import { giveWay } from "./guide.js";
import { HERE, recall, remember } from "./telling.js";

const drawer = document.querySelector(".drawer");
const roomy = matchMedia("(min-width: 1700px)");
const tools = new Map();
let shown = "";
let before = recall("drawn", "", HERE); // what a reload closed
let opener = null;

/** Announces a tool: `open()` is called when its panel comes up, `close()` when it goes. */
export function tool(name, { open = () => {}, close = () => {} }) {
  tools.set(name, { open, close });
}

export const isOpen = (name) => shown === name;

/** Brings a tool's panel up in place of what was there. */
export function show(name) {
  if (shown === name) return;
  if (shown) tools.get(shown).close();
  shown = name;
  remember("drawn", name, HERE);
  drawer.hidden = false;
  document.body.classList.add("drawn");
  document.body.dataset.drawn = name;
  for (const panel of drawer.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  giveWay(!roomy.matches);
  mark();
  tools.get(name).open();
  keepInSight();
}

export function hide() {
  if (!shown) return;
  tools.get(shown).close();
  shown = "";
  remember("drawn", "", HERE);
  drawer.hidden = true;
  document.body.classList.remove("drawn");
  delete document.body.dataset.drawn;
  giveWay(false);
  mark();
  if (opener && opener.isConnected) opener.focus();
}

function mark() {
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-expanded", String(button.dataset.tool === shown));
  }
}

/** The drawer takes room: the phone in the hand must not be what gives way. */
function keepInSight() {
  requestAnimationFrame(() => desk.current && desk.current.element.scrollIntoView({ block: "nearest", inline: "nearest" }));
}

for (const button of document.querySelectorAll("button[data-tool]")) {
  button.addEventListener("click", () => {
    opener = button;
    if (shown === button.dataset.tool && !button.closest(".drawer")) hide();
    else show(button.dataset.tool);
    const title = drawer.querySelector(`[data-panel="${shown}"] h2`);
    if (title) title.focus();
  });
}
document.querySelector(".open-tools").addEventListener("click", (event) => {
  opener = event.currentTarget;
  show("tour");
});
drawer.querySelector(".drawer-close").addEventListener("click", hide);
drawer.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) hide();
});
listen(() => {
  if (tools.has(before)) show(before);
  before = "";
});
