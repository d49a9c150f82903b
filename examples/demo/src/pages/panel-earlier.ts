import type { Trace } from "../watch/trace.ts";
import { type Html, html } from "./html.ts";
import { cookieWords } from "./panel-trace.ts";
import { moment } from "./time.ts";

const MOST_SHOWN = 4;

/** What led here: the action that redirected to this page, and what was before it, on whichever server. */
export function earlierRequests(before: readonly Trace[]): Html {
  return html`<section>
<h2>Before it, in this session</h2>
<ol class="earlier">${before.slice(0, MOST_SHOWN).map(entry)}</ol>
</section>`;
}

function entry(trace: Trace): Html {
  const { method, path, server, at, calls, change, events } = trace;
  const operations = calls.map(({ operation }) => operation).join(", ");
  return html`<li>
<p class="line"><span><b>${method}</b> ${path}</span> <code>${operations || "no call"}</code></p>
<p><small>${server}, ${moment(at)}</small></p>
${change !== "none" && html`<p>${cookieWords(trace)}</p>`}
${events.length > 0 && html`<p>Events: <code>${events.join(", ")}</code></p>`}
</li>`;
}
