// The account's menu at the bottom of a chat, with its pop-up lists.

/** Fills `bar` from the menu's JSON; `press(button)` is called for a button that does something. */
export function fill(bar, menu, press) {
  const buttons = menu ? menu.button : [];
  bar.replaceChildren(...buttons.map((button) => item(bar, button, press)));
}

/** Closes whatever list is open. */
export function fold(bar) {
  for (const list of bar.querySelectorAll(".menu-sub")) list.hidden = true;
  for (const top of bar.querySelectorAll("[aria-expanded]")) top.setAttribute("aria-expanded", "false");
}

function item(bar, button, press) {
  const holder = document.createElement("div");
  holder.className = "menu-item";
  const top = knob(button.name, "menu-top");
  holder.append(top);
  if (!button.sub_button || button.sub_button.length === 0) {
    top.addEventListener("click", () => {
      fold(bar);
      press(button);
    });
    return holder;
  }
  const list = document.createElement("div");
  list.className = "menu-sub";
  list.hidden = true;
  for (const sub of button.sub_button) {
    const entry = knob(sub.name, "");
    entry.addEventListener("click", () => {
      fold(bar);
      top.focus({ preventScroll: true });
      press(sub);
    });
    list.append(entry);
  }
  top.classList.add("lists");
  top.setAttribute("aria-expanded", "false");
  top.addEventListener("click", () => {
    const opening = list.hidden;
    fold(bar);
    list.hidden = !opening;
    top.setAttribute("aria-expanded", String(opening));
  });
  holder.addEventListener("keydown", (event) => walk(event, bar, top, list));
  holder.append(list);
  return holder;
}

/** The arrows go through an open list, Escape folds it. */
function walk(event, bar, top, list) {
  if (list.hidden) return;
  if (event.key === "Escape") {
    fold(bar);
    top.focus({ preventScroll: true });
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const entries = [...list.children];
  const at = entries.indexOf(document.activeElement);
  const next = at < 0 && step < 0 ? entries.length - 1 : (at + step + entries.length) % entries.length;
  entries[next].focus();
}

function knob(name, className) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = name;
  return made;
}
