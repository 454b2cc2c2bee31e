// Letters typed while nothing that takes letters has the focus go to the phone in the hand.

const TAKES_LETTERS = "textarea, select, iframe, [contenteditable], input:not([type=checkbox], [type=radio], [type=button])";

const begins = new WeakMap();

/** `begin()` readies the field of this phone, if it has one to write in just now. */
export function listen(element, begin) {
  begins.set(element, begin);
}

document.addEventListener("keydown", (event) => {
  const begin = isLetter(event) && !isTaken(event.target) && begins.get(document.querySelector(".phone.current"));
  if (begin) begin(); // the letter itself then goes where the focus is
});

// a space presses whatever has the focus
const isLetter = ({ key, ctrlKey, metaKey, altKey, defaultPrevented }) =>
  [...key].length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey && !defaultPrevented;

const isTaken = (target) => target.matches(TAKES_LETTERS) || document.querySelector("dialog:modal") !== null;
