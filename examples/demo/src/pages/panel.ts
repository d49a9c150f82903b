import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { liveSection } from "./live.ts";
import { earlierRequests } from "./panel-earlier.ts";
import { heldByBrowser } from "./panel-held.ts";
import { keptByServer } from "./panel-kept.ts";
import { cookieWords, storeCalls, story } from "./panel-trace.ts";
import { warnings } from "./panel-warnings.ts";
import { ticketStub } from "./ticket-stub.ts";

/** What the session layer did in this request. Rendered after the commit, so nothing in it is a forecast. */
export async function panel(context: ShopContext): Promise<Html> {
  const { trace, here, ledger } = context;
  const { explanation } = trace;
  const before = ledger.of(trace.sessionId ?? "").filter((other) => other !== trace);
  return html`<aside class="ticket" id="ticket" data-private aria-labelledby="ticket-title">
${ticketStub(context)}
${liveSection()}
<section>
<h2 id="ticket-title">This request</h2>
<p><b>${trace.method}</b> ${trace.path}</p>
<p><small>answered by ${here.name}, port ${here.port}</small></p>
${explanation && story(explanation)}
<h3>Store calls <span class="count">${trace.calls.length}</span></h3>
${storeCalls(trace)}
<h3>Cookie</h3>
<p>${cookieWords(trace)}</p>
<h3>Caches</h3>
<p>${explanation?.caching.map(({ says }) => says).join(" ")}</p>
<h3>Events</h3>
<p>${trace.events.length > 0 ? trace.events.map((name) => html`<code>${name}</code> `) : "none"}</p>
${warnings(context)}
</section>
${heldByBrowser(context)}
${await keptByServer(context)}
${before.length > 0 && earlierRequests(before)}
</aside>
`;
}
