// What a person sees of a phone: whether its chat stands at the end, and whether the phone is in view at all.

import { atEnd } from "./dom.js";

const MOSTLY = 0.6;

/** Keeps the end of the chat before whoever looks at the end. */
export function watchTheEnd(phone) {
  const chat = phone.find(".chat");
  let before = 0;
  chat.addEventListener("scroll", () => {
    // only a thumb moves upwards; what grows below leaves the place as it is
    if (atEnd(chat)) phone.stuck = true;
    else if (chat.scrollTop < before) phone.stuck = false;
    before = chat.scrollTop;
  });
  // a menu that appears or a picture that arrives moves the end away from who was looking at it
  const watch = new ResizeObserver(() => phone.stuck && phone.toEnd());
  watch.observe(chat);
  watch.observe(phone.find(".bubbles"));
}

/** A phone that stands open beside the one in the hand is seen as well: nothing in it is unread. */
export function watchTheView(phone) {
  const look = ([{ isIntersecting }]) => {
    phone.seen = isIntersecting;
    if (isIntersecting) phone.unread = 0;
  };
  new IntersectionObserver(look, { threshold: MOSTLY }).observe(phone.element);
}
