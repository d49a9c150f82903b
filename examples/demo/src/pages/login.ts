import { type Answer, redirect } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { LONGEST_FIELD, localPath } from "../shop/request.ts";
import { DEMO_PASSWORD } from "../shop/users.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { problem, problemAttributes, refusedForm } from "./refused.ts";

export function loginPage(context: ShopContext): Answer {
  const { session, url } = context;
  if (session.userId !== undefined) return redirect("/sessions");
  const refused = refusedForm(context, "login");
  const back = localPath(url.searchParams.get("back") ?? "/");
  const main = html`<h1>Log in</h1>
<p class="lead">There are <b>alice</b> and <b>bob</b>, and their password is <b>${DEMO_PASSWORD}</b>.</p>
<form class="form" method="post" action="/login">
<input type="hidden" name="back" value="${back}">
<div class="field">
<label for="user">Name</label>
<input id="user" name="user" value="${refused?.values.user ?? ""}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="${LONGEST_FIELD}" required>
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="${LONGEST_FIELD}" required${problemAttributes(refused, "password")}>
${problem(refused, "password")}
</div>
<label class="choice"><input type="checkbox" name="remember" value="yes"> <span><b>Remember me</b> <small>The cookie outlives the browser, up to seven days</small></span></label>
<p class="next"><button>Log in</button></p>
</form>
<p class="remark">Your cart comes along. The ticket you came with is worthless afterwards.</p>`;
  return layout(context, "Log in", main);
}
