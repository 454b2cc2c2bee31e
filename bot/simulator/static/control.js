// Speaks to the control interface, which tests use as well.

const root = document.querySelector("meta[name=control]").content;

/**
 * The answer's JSON. Throws when the simulator is gone or refuses: `status` is 0 or the HTTP status, `code` its error,
 * `why` what it says besides.
 */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(root + path, options);
  } catch {
    throw Object.assign(new Error(path), { status: 0, code: "" });
  }
  if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status, ...(await refusal(answer)) });
  const told = answer.headers.get("Content-Type") || "";
  return told.includes("json") ? answer.json() : answer.text();
}

async function refusal(answer) {
  try {
    const { error = "", why = "" } = await answer.json();
    return { code: error, why };
  } catch {
    return { code: "", why: "" };
  }
}

export function get(path, query = {}) {
  return ask(`${path}?${new URLSearchParams(query)}`, { cache: "no-store" });
}

export function post(path, body = {}) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export function remove(path) {
  return ask(path, { method: "DELETE" });
}
