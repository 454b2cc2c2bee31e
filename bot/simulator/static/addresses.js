// Where the simulator keeps what it shows: its paths are told below its own root, wherever it is mounted.

const root = new URL("..", new URL(document.querySelector("meta[name=control]").content, document.baseURI));

/** A picture's address: whole ones as they are, paths below the root, a bare media id where media lie. */
export function shown(told) {
  if (/^https?:\/\//i.test(told)) return told;
  const path = told.replace(/^\//, "");
  if (`/${path}`.startsWith(root.pathname)) return new URL(`/${path}`, root).href;
  return new URL(path.includes("/") ? path : `media/${path}`, root).href;
}

/** A picture as the chat of this phone shows it: what was loaded there once stays there when the platform drops it. */
export function inChat(told, phone) {
  const address = new URL(shown(told));
  if (address.href.startsWith(new URL("media/", root).href)) address.searchParams.set("chat", phone);
  return address.href;
}
