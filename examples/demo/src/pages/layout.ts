import { SCRIPT, STYLE } from "../assets.ts";
import { type Answer, PRIVATE, page } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { actingBanner } from "./acting.ts";
import { footer } from "./footer.ts";
import { type Html, html } from "./html.ts";
import { liveParts, overTemplate } from "./live.ts";
import { masthead } from "./masthead.ts";
import { panel } from "./panel.ts";

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath fill='%23a67c2d' d='M9 2h14l4 6v22H5V8z'/%3E%3Ccircle cx='16' cy='9' r='3' fill='%23fff'/%3E%3C/svg%3E";

/**
 * A page in two parts. When the first one reaches the response, the session is committed, before a byte leaves. The second is
 * made after that: so the panel can tell what the commit of this very request did.
 */
export function layout(context: ShopContext, title: string, main: Html, status = 200): Answer {
  const first = top(context, title, main);
  return page(inTwoParts(), status, context.session.userId === undefined ? {} : PRIVATE);

  async function* inTwoParts(): AsyncGenerator<string> {
    yield `${first}`;
    await context.trace.sent;
    yield `${await bottom(context)}`;
  }
}

function top(context: ShopContext, title: string, main: Html): Html {
  const { assets, warnMs } = context;
  const { id, userId } = context.session;
  const theme = context.session.get("theme") ?? "auto";
  return html`<!doctype html>
<html lang="en" data-theme="${theme}">
<head>
<meta charset="utf-8">
<title>${title} · The Cloakroom</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${assets.get(STYLE)?.href}">
<script type="module" src="${assets.get(SCRIPT)?.href}"></script>
</head>
<body data-warn="${warnMs}ms"${userId !== undefined && html` data-session="${id}" data-user="${userId}"`}>
<a class="skip" href="#main">To the page</a>
<a class="skip" href="#ticket" data-private>To what the session did</a>
${liveParts(context)}
${masthead(context)}
${actingBanner(context)}
<div class="room">
<main id="main" tabindex="-1">
${notice(context)}
${main}
</main>
`;
}

function notice({ session }: ShopContext): Html | false {
  return (
    session.has("notice") && html`<p class="notice" role="status">${session.get("notice")}</p>`
  );
}

async function bottom(context: ShopContext): Promise<Html> {
  return html`${await panel(context)}
</div>
${footer(context)}
${overTemplate(context)}
</body>
</html>
`;
}
