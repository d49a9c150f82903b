import type { SessionRecord } from "@coatcheck/core";
import { SESSIONS_PER_USER } from "../sessions.ts";
import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** What the server has of this session, read from its file after the commit. */
export async function keptByServer(context: ShopContext): Promise<Html> {
  const { rows, session, storage, trace } = context;
  const row = trace.isStored ? await rows.of(storage.kind, session.id) : undefined;
  const words = storage.kind === "store" ? inStore(row) : beside(row);
  return html`<section>
<h2>What the server keeps</h2>
${trace.isStored ? words : html`<p>Nothing.</p>`}
</section>`;
}

function inStore(row: SessionRecord | undefined): Html {
  return html`<p><b>The session</b>, in one row: its id, whose it is, when it began and ends, and</p>
<dl class="parts">
<dt>data</dt><dd>${Buffer.byteLength(row?.data ?? "")} bytes</dd>
<dt>secret</dt><dd>not here: a SHA-256 hash of it</dd>
</dl>`;
}

/** Of a session that lives in its cookie. */
function beside(row: SessionRecord | undefined): Html {
  return html`${row === undefined ? nothing() : row.userId === null ? note() : login(row)}
<p class="remark">Two requests at once each make a new cookie, and the browser keeps the last: a count can be lost, as it never is in the store.</p>`;
}

function nothing(): Html {
  return html`<p><b>Nothing.</b> If the session ends before its time, that is noted, so that a copy of the cookie is worthless.</p>`;
}

function note(): Html {
  return html`<p><b>A note</b>, in one row without your data: cookies of before your last change of ticket are worthless.</p>`;
}

function login({ userId }: SessionRecord): Html {
  return html`<p><b>The login</b>, in one row without your data: the session's id, <b>${userId ?? ""}</b>, the times. While it is there the cookie is good:
so it counts towards your ${SESSIONS_PER_USER}, is on “Your sessions”, and can be ended.</p>`;
}
