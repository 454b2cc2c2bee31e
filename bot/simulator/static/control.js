// Speaks to the control interface, which tests use as well.

const root = document.querySelector("meta[name=control]").content;

/** The answer's JSON. Throws when the simulator is gone or refuses; the error's `status` is 0 or the HTTP status. */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(root + path, options);
  } catch {
    throw Object.assign(new Error(path), { status: 0 });
  }
  if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status });
  return answer.json();
}

export function get(path, query = {}) {
  return ask(`${path}?${new URLSearchParams(query)}`, { cache: "no-store" });
}

export function post(path, body = {}) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}
