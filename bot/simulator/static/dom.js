// Small helpers. Every word a reader sees stands in the page's own templates; code holds none.

/** A fresh copy of what stands in <template id>. */
export function copy(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** The text of <template id>, or the fallback where there is no such template. */
export function wording(id, fallback = "") {
  const found = document.getElementById(id);
  return found ? found.content.textContent.trim() : fallback;
}

/** Asks whether an element is scrolled to (almost) its end. */
export function atEnd(element) {
  return element.scrollHeight - element.scrollTop - element.clientHeight < 60;
}

/** Lays an overlay over a phone, moves the focus in and keeps it there; the returned function closes and gives it back. */
export function overlay(host, element, onClose = () => {}) {
  const before = document.activeElement;
  const close = () => {
    if (!element.isConnected) return;
    element.remove();
    if (before && before.isConnected) before.focus();
    onClose();
  };
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepInside(element, event);
  });
  element.addEventListener("click", (event) => {
    if (event.target === element) close();
  });
  host.append(element);
  const first = element.querySelector("input, button, a[href]");
  if (first) first.focus();
  return close;
}

function keepInside(element, event) {
  const stops = [...element.querySelectorAll("input, button, a[href], iframe")];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
