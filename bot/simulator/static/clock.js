// The simulated time of day, and the time marks between bubbles as WeChat words them.

const APART_SECONDS = 300;
const DAY_SECONDS = 86400;

let zone = "Asia/Shanghai";
let ahead = 0;
let heldAt = null;

/** Takes the simulator's time (Unix seconds), the mine's zone, and whether the time runs at all. */
export function set(now, timezone, running = true) {
  ahead = now - Date.now() / 1000;
  heldAt = running ? null : now;
  zone = timezone;
}

/** The simulated moment, Unix seconds. */
export function now() {
  return heldAt === null ? Date.now() / 1000 + ahead : heldAt;
}

const formats = new Map();

/** A moment (Unix seconds) in the mine's zone, in Chinese, as Intl.DateTimeFormat words it. */
export function format(seconds, options) {
  const key = `${zone} ${Object.entries(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("zh-CN", { timeZone: zone, ...options }));
  return formats.get(key).format(new Date(seconds * 1000));
}

export const time = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = (seconds) => format(seconds, { weekday: "long" });
const yesterday = new Intl.RelativeTimeFormat("zh-CN", { numeric: "auto" }).format(-1, "day");

/** Whole calendar days of the mine from then to now. */
function daysAgo(seconds) {
  const day = (moment) => {
    const [year, month, date] = format(moment, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/");
    return Date.UTC(year, month - 1, date) / 1000;
  };
  return Math.round((day(now()) - day(seconds)) / DAY_SECONDS);
}

/** What the status bar shows now. */
export function current() {
  return time(now());
}

/** A moment as a time mark says it today: the time alone, yesterday, the weekday, or the date. */
export function said(seconds) {
  const days = daysAgo(seconds);
  if (days === 0) return time(seconds);
  if (days === 1) return `${yesterday} ${time(seconds)}`;
  if (days > 1 && days < 7) return `${weekday(seconds)} ${time(seconds)}`;
  const sameYear = format(seconds, { year: "numeric" }) === format(now(), { year: "numeric" });
  const date = format(seconds, { ...(sameYear ? {} : { year: "numeric" }), month: "long", day: "numeric" });
  return `${date} ${time(seconds)}`;
}

/** Whether a mark stands before a bubble of this time, or it follows the last one closely. */
export function apart(seconds, before) {
  return before === null || seconds - before > APART_SECONDS;
}
