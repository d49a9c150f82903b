import type { Trace } from "../watch/trace.ts";
import { type Html, html } from "./html.ts";

/** The store calls of a request in their order: what opened the session, what the page asked, what the commit wrote. */
export function storeCalls({ calls }: Trace): Html {
  if (calls.length === 0) return html`<p>none</p>`;
  const rows = calls.map(
    ({ operation, outcome, microseconds, byCommit }) => html`<tr>
<th scope="row"><code>${operation}</code></th>
<td>${outcome}${byCommit && html` <small>by the commit</small>`}</td>
<td class="number">${microseconds} µs</td>
</tr>`,
  );
  return html`<table>
<thead class="unseen"><tr><th scope="col">Call</th><th scope="col">Outcome</th><th scope="col">Time</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

export function cookieWords({ cookie, isKnown, wasRejected }: Trace): Html {
  switch (cookie.kind) {
    case "none":
      if (wasRejected)
        return html`not set: the one that came is not adopted, and nothing new is written`;
      return isKnown
        ? html`not set: the browser has the right one`
        : html`not set: there is nothing to remember`;
    case "cleared":
      return html`<b>cleared</b>: the session ended`;
    case "set":
      return html`<b>set</b>: ${cookie.why}${cookie.lasting ? ". It outlives the browser." : ""}`;
  }
}
