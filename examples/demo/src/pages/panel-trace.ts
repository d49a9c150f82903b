import type { Explanation, Fact } from "@coatcheck/core/explain";
import type { Trace } from "../watch/trace.ts";
import { type Html, html } from "./html.ts";

/** The store calls of a request in their order: what opened the session, what the page asked, what the commit wrote. */
export function storeCalls({ calls }: Trace): Html {
  if (calls.length === 0) return html`<p>none</p>`;
  const rows = calls.map(
    ({ operation, store, outcome, microseconds, byCommit }) => html`<tr>
<th scope="row"><code>${operation}</code></th>
<td>${outcome}${store !== undefined && html` <small>${store}</small>`}${byCommit && html` <small>by the commit</small>`}</td>
<td class="number">${microseconds} µs</td>
</tr>`,
  );
  return html`<table>
<thead class="unseen"><tr><th scope="col">Call</th><th scope="col">Outcome</th><th scope="col">Time</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

/** From the token that came to what was written, in the words of the session layer itself: its explain mode. */
export function story({ tokens, deeds, decision }: Explanation): Html {
  const facts: ReadonlyArray<Fact<string>> = [...tokens, ...deeds, decision];
  return html`<ol class="story">${facts.map(({ says }) => html`<li>${says}</li>`)}</ol>`;
}

export function cookieWords({ explanation, held }: Trace): Html {
  return html`${explanation?.response.says}${held?.isLasting && " It outlives the browser."}`;
}
