import type { ShopContext } from "../shop/context.ts";
import type { Trace } from "../watch/trace.ts";
import { type Html, html } from "./html.ts";
import { earlierRequests } from "./panel-earlier.ts";
import { heldByBrowser } from "./panel-held.ts";
import { keptByServer } from "./panel-kept.ts";
import { cookieWords, storeCalls } from "./panel-trace.ts";
import { warnings } from "./panel-warnings.ts";
import { ticketStub } from "./ticket-stub.ts";

/** What the session layer did in this request. Rendered after the commit, so nothing in it is a forecast. */
export async function panel(context: ShopContext): Promise<Html> {
  const { trace, here, ledger } = context;
  const before = ledger.of(trace.sessionId ?? "").filter((other) => other !== trace);
  return html`<aside class="ticket" id="ticket" aria-labelledby="ticket-title">
${ticketStub(context)}
<section>
<h2 id="ticket-title">This request</h2>
<p><b>${trace.method}</b> ${trace.path}</p>
<p><small>answered by ${here.name}, port ${here.port}</small></p>
<h3>Store calls <span class="count">${trace.calls.length}</span></h3>
${storeCalls(trace)}
${remarks(trace)}
<h3>Cookie</h3>
<p>${cookieWords(trace)}</p>
<h3>Rotation</h3>
<p>${trace.rotation ?? "none under way"}</p>
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

/** Why a page that only shows something wrote. */
function remarks({ calls, storage, tookFlash, rotation }: Trace): Html | false {
  const wrote = calls.filter(({ byCommit }) => byCommit).map(({ operation }) => operation);
  const reasons: string[] = [];
  if (wrote.includes("touch")) {
    reasons.push(
      storage?.kind === "store"
        ? "Your last visit was noted more than a minute ago: touch."
        : "The login is noted beside the cookie, and so is this visit: touch.",
    );
  }
  if (wrote.includes("update") && tookFlash)
    reasons.push("A message was shown and is used up: update.");
  if (wrote.includes("update") && rotation?.startsWith("confirmed")) {
    reasons.push("The new secret is in use, the old one has its grace: update.");
  }
  return reasons.length > 0 && html`<p class="remark">${reasons.join(" ")}</p>`;
}
