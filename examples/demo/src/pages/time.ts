import { type Html, html } from "./html.ts";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A moment as people say it, with the exact one behind it. */
export function moment(at: number, now = Date.now()): Html {
  const words = at > now ? ahead(at - now) : ago(at, now - at);
  return html`<time datetime="${new Date(at).toISOString()}">${words}</time>`;
}

function ahead(span: number): string {
  if (span >= 2 * DAY) return `in ${Math.round(span / DAY)} days`;
  if (span >= 2 * HOUR) return `in ${Math.round(span / HOUR)} hours`;
  if (span < 2 * MINUTE) return `in ${Math.round(span / 1000)} s`;
  return `in ${Math.round(span / MINUTE)} minutes`;
}

function ago(at: number, span: number): string {
  if (span < MINUTE) return `${Math.floor(span / 1000)} s ago`;
  return span < DAY / 2 ? clock.format(at) : calendar.format(at);
}
