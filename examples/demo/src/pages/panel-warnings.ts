import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** What stands between this browser and its cookie. */
export function warnings({ request, secureCookie }: ShopContext): Html | false {
  const agent = request.headers["user-agent"] ?? "";
  const isSafari = /Version\/[\d.]+.* Safari\//.test(agent) && !/Chrom|Android/.test(agent);
  if (!secureCookie || !isSafari) return false;
  return html`<p class="remark"><b>Safari</b> keeps no Secure cookie of http://localhost. Start the demo with
<code>DEMO_INSECURE_COOKIE=1</code> for it.</p>`;
}
