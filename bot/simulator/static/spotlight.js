// The tour's spotlight: shows which phone is meant, and where on it, without lying over anything.

const PLACES = { follow: ".follow", scan: ".scan-follow", say: ".say .words, .to-keyboard", unfollow: ".more", menu: ".menu-bar" };

/** Lights the phone and the place of the gesture; the place, where it is to be seen. */
export function light(phone, gesture) {
  dark();
  document.body.classList.add("touring");
  phone.element.classList.add("spot");
  const place = target(phone.element, gesture);
  if (place) place.classList.add("spot-here");
  return place;
}

export function dark() {
  document.body.classList.remove("touring");
  for (const lit of document.querySelectorAll(".spot, .spot-here")) lit.classList.remove("spot", "spot-here");
}

function target(element, { gesture, label }) {
  if (gesture === "tap" || gesture === "tap_first") {
    const links = [...element.querySelectorAll(".bubble .link")];
    if (gesture === "tap") return links.reverse().find((link) => link.textContent === label);
    const rows = [...element.querySelectorAll(".row.theirs")].filter((each) => each.querySelector(".link"));
    return rows.length ? rows[rows.length - 1].querySelector(".link") : null;
  }
  const places = PLACES[gesture] ? [...element.querySelectorAll(PLACES[gesture])] : [];
  return places.find((place) => place.getClientRects().length > 0); // the field may stand behind the menu
}
