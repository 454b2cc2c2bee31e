// The browser inside a phone: a page with a title bar, its menu behind three dots.

import { copy, overlay } from "./dom.js";
import { choose } from "./sheets.js";

export const opens = (url) => /^https?:\/\//i.test(url);

/** Opens an address; `said` is the one the link named, where the phone was sent elsewhere. `toast(id)` speaks briefly. */
export function browse(host, url, toast, said = url) {
  const page = copy("browser");
  const frame = page.querySelector("iframe");
  const title = page.querySelector(".address");
  const loading = page.querySelector(".loading");
  title.textContent = hostOf(url);
  const load = (address) => {
    loading.hidden = false;
    // a page of this very server is as free as this page; to fence it in would only make the browser complain
    if (new URL(address, document.baseURI).origin !== location.origin) frame.setAttribute("sandbox", frame.dataset.sandbox);
    frame.src = address;
  };
  frame.addEventListener("load", () => {
    loading.hidden = true;
    title.textContent = titleIn(frame) || hostOf(url);
  });
  const close = overlay(host, page);
  load(url);
  page.querySelector(".close").addEventListener("click", close);
  page.querySelector(".browse-more").addEventListener("click", () => {
    const here = addressIn(frame) || said;
    const again = () => {
      frame.src = "about:blank";
      load(addressIn(frame) || url);
    };
    choose(host, "browse-more", { copy: () => write(here, toast), again }, (sheet) => {
      sheet.querySelector(".browse-where").textContent = here;
      sheet.querySelector(".browse-outside").href = here;
    });
  });
  return close;
}

async function write(text, toast) {
  try {
    await navigator.clipboard.writeText(text);
    toast("toast-copied");
  } catch {
    toast("toast-not-copied");
  }
}

const hostOf = (url) => {
  try {
    return new URL(url, document.baseURI).host;
  } catch {
    return url;
  }
};

// a page of another origin keeps its title and where it went to itself
function titleIn(frame) {
  try {
    return frame.contentDocument.title;
  } catch {
    return "";
  }
}

function addressIn(frame) {
  try {
    const { href } = frame.contentWindow.location;
    return opens(href) ? href : "";
  } catch {
    return "";
  }
}
