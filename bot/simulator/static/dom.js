// Small tools of the page. Every word a reader sees stands in the page's own templates; code holds none.

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

/**
 * Lays an overlay over a phone, moves the focus in and keeps it there; the returned function closes and gives it back.
 * Without `modal` the Tab key may leave it: a scanner looks at the other phones.
 */
export function overlay(host, element, onClose = () => {}, { modal = true } = {}) {
  const before = document.activeElement;
  const close = () => {
    if (!element.isConnected) return;
    element.remove();
    if (before && before.isConnected) before.focus({ preventScroll: true });
    onClose();
  };
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (modal && event.key === "Tab") keepInside(element, event);
  });
  element.addEventListener("click", (event) => {
    if (event.target === element) close();
  });
  host.append(element);
  const first = element.querySelector("input:not([type=radio]):not([type=checkbox]), button:not([hidden]), a[href]");
  if (first) first.focus({ preventScroll: true });
  return close;
}

function keepInside(element, event) {
  const all = element.querySelectorAll("input, button, summary, a[href], iframe");
  const stops = [...all].filter((each) => each.getClientRects().length > 0);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
