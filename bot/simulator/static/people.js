// The list of phones: added with a role and a sample name, renamed, moved out.

import * as control from "./control.js";
import { bring, desk, listen, MOST_PHONES, phones } from "./desk.js";
import { copy, wording } from "./dom.js";

const dialog = document.querySelector(".people");
const list = dialog.querySelector(".people-list");
let awaited = "";

/** A new phone for this role, with the first sample name nobody has; null when there is no room or no simulator. */
export async function addPhone(role) {
  const button = dialog.querySelector(`[data-role=${role}]`);
  const taken = new Set([...phones.values()].map((phone) => phone.state.name));
  const names = button.dataset.names.split("|");
  const made = await control.post("phones", { name: names.find((name) => !taken.has(name)) || names[0], role }).catch(() => null);
  awaited = made ? made.id : "";
  return made;
}

function draw() {
  dialog.querySelector(".people-full").hidden = phones.size < MOST_PHONES;
  for (const button of dialog.querySelectorAll("[data-role]")) button.disabled = phones.size >= MOST_PHONES;
  const known = new Set([...phones.keys()]);
  for (const row of [...list.children]) if (!known.has(row.dataset.id)) row.remove();
  for (const phone of phones.values()) {
    const row = [...list.children].find((each) => each.dataset.id === phone.id) || enter(phone);
    const name = row.querySelector(".person-name");
    if (document.activeElement !== name) name.value = phone.state.name;
    row.querySelector(".person-role").value = phone.state.role;
    row.querySelector(".person-remove").disabled = phones.size < 2;
  }
}

function enter(phone) {
  const row = copy("person");
  row.dataset.id = phone.id;
  const name = row.querySelector(".person-name");
  const change = (fields) => control.post(`phones/${phone.id}`, fields).catch(() => {});
  name.addEventListener("change", () => name.value.trim() && change({ name: name.value.trim() }));
  row.querySelector(".person-role").addEventListener("change", (event) => change({ role: event.target.value }));
  const remove = row.querySelector(".person-remove");
  remove.addEventListener("click", () => {
    if (remove.dataset.sure) control.post(`phones/${phone.id}/remove`).catch(() => {});
    remove.dataset.sure = "yes";
    remove.textContent = wording("remove-sure");
    remove.classList.add("danger");
  });
  list.append(row);
  return row;
}

document.querySelector(".add-phone").addEventListener("click", () => {
  list.replaceChildren();
  draw();
  dialog.showModal();
});
for (const button of dialog.querySelectorAll("[data-role]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    if (await addPhone(button.dataset.role)) dialog.close();
  });
}
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
listen(() => {
  if (dialog.open) draw();
  const phone = phones.get(awaited);
  if (!phone) return;
  awaited = "";
  if (desk.current !== phone) bring(phone);
});
