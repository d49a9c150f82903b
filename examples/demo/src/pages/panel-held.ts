import { type Anatomy, type Held, sizeOf } from "../held/anatomy.ts";
import { cookieIn } from "../held/cookie-header.ts";
import type { TicketAnatomy } from "../held/ticket.ts";
import type { ShopContext } from "../shop/context.ts";
import { storageWords } from "../storage/kinds.ts";
import { type Html, html } from "./html.ts";
import { moment } from "./time.ts";

/** The longest cookie that browsers take: name and value together (RFC 6265bis section 5.6). */
const LONGEST_COOKIE = 4096;

/** What the browser has in its hands after this response, taken apart as its owner could. */
export function heldByBrowser(context: ShopContext): Html {
  const { held, remembered } = context.trace;
  return html`<section id="held">
<h2>What your browser holds</h2>
${held ? cookie(held) : html`<p>No session cookie.</p>`}
${remembered && rememberCookie(remembered)}
${outOfUse(context)}
</section>`;
}

function cookie({ cookieName, size, anatomy }: Held): Html {
  return html`<p class="line"><code>${cookieName}</code> <span>${size} <small>of ${LONGEST_COOKIE} bytes</small></span></p>
<meter min="0" max="${LONGEST_COOKIE}" high="3500" value="${size}" aria-label="Size of the cookie">${size} bytes</meter>
${parts(anatomy)}`;
}

/** The second cookie, of who is remembered. */
function rememberCookie({ cookieName, size, anatomy }: Held): Html {
  return html`<h3>And the remember-me token</h3>
<p class="line"><code>${cookieName}</code> <span>${size} <small>bytes</small></span></p>
${anatomy.kind === "store" && ticketParts(anatomy)}
<p class="remark">The same id as the session, another secret, a file of its own. It is looked at only when the session's cookie is gone or over: then it is
exchanged for that session and for the next one of its kind, and is worthless. If it comes back after that, somebody copied it, and both end.</p>`;
}

function ticketParts({ id, secret }: TicketAnatomy): Html {
  return html`<dl class="parts">
<dt>id</dt><dd><code>${id}</code></dd>
<dt>secret</dt><dd>${masked(`${secret} characters, 256 random bits`)}</dd>
</dl>`;
}

function parts(anatomy: Anatomy): Html {
  switch (anatomy.kind) {
    case "store":
      return html`${ticketParts(anatomy)}
<p class="remark">A ticket and nothing else: what it is for, only the store knows.</p>`;
    case "sealed":
      return html`<dl class="parts">
<dt>version</dt><dd>${anatomy.version}</dd>
<dt>key</dt><dd><code>${anatomy.keyId}</code> <small>its id, not the key</small></dd>
<dt>nonce</dt><dd>${masked(`${anatomy.nonce} bytes`)}</dd>
<dt>ends</dt><dd>${moment(anatomy.expiresAt)}</dd>
<dt>sealed</dt><dd>${masked(`${anatomy.ciphertext} bytes`)}</dd>
<dt>tag</dt><dd>${masked(`${anatomy.tag} bytes`)}</dd>
</dl>
<p class="remark">Your whole session is in here, and you cannot read a word of it, nor change one: AES-256-GCM.</p>`;
    case "jwt":
      return html`<p class="remark"><b>Anybody who holds it can read it</b>, without a key. Nobody can change it: the signature would not fit.</p>
${json("Header", anatomy.header)}
${json("Payload", anatomy.payload)}
<dl class="parts"><dt>signature</dt><dd>${masked(`${anatomy.signature} bytes`)}</dd></dl>`;
  }
}

/** What must not stand on a page: whoever has it has the session. */
function masked(what: string): Html {
  return html`<span class="masked" aria-hidden="true">••••••••</span> <small>${what}</small>`;
}

/** One member a line, and what the shop itself put in set off. */
function json(title: string, value: object): Html {
  const members = Object.entries(value).map(([name, member], index) => {
    const text = `${index > 0 ? ",\n" : ""} "${name}": ${JSON.stringify(member)}`;
    return name === "data" ? html`<b>${text}</b>` : text;
  });
  return html`<h3>${title}</h3>
<pre tabindex="0" role="region" aria-label="${title} of the token">{
${members}
}</pre>`;
}

/** The cookies of the other storages wait for their turn. */
function outOfUse({ request, storage, storages }: ShopContext): Html | false {
  const waiting = storages.all.flatMap(({ kind, cookieName }) => {
    const token = cookieIn(request.headers.cookie, cookieName);
    return kind === storage.kind || token === undefined
      ? []
      : [
          html`<li><code>${cookieName}</code>, ${sizeOf(cookieName, token)} bytes: the session ${storageWords[kind]}</li>`,
        ];
  });
  return (
    waiting.length > 0 &&
    html`<h3>And out of use, until you switch</h3>
<ul>${waiting}</ul>`
  );
}
