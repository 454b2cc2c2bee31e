// The simulated time of day, and the time marks between bubbles.

const APART_SECONDS = 300;

let zone = "Asia/Shanghai";
let ahead = 0;

/** Takes the simulator's time (Unix seconds) and the mine's zone. */
export function set(now, timezone) {
  ahead = now - Date.now() / 1000;
  zone = timezone;
}

const format = (seconds, options) =>
  new Intl.DateTimeFormat("zh-CN", { timeZone: zone, ...options }).format(new Date(seconds * 1000));

const time = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = (seconds) => format(seconds, { month: "long", day: "numeric" });

/** What the status bar shows now. */
export function current() {
  return time(Date.now() / 1000 + ahead);
}

/** The mark to put before a bubble, or nothing when it follows closely. */
export function mark(seconds, before) {
  if (before !== null && seconds - before <= APART_SECONDS) return "";
  const today = day(Date.now() / 1000 + ahead) === day(seconds);
  return today ? time(seconds) : `${day(seconds)} ${time(seconds)}`;
}
