import type { ShopContext } from "../shop/context.ts";
import { field, localPath } from "../shop/request.ts";
import { authenticate } from "../shop/users.ts";

export async function logIn({ form, session }: ShopContext): Promise<string> {
  const name = field(form, "user");
  const back = localPath(field(form, "back"));
  const user = await authenticate(name, field(form, "password"));
  if (user === undefined) {
    const problems = { password: "No such user, or another password." };
    session.flash("refused", { form: "login", values: { user: name }, problems });
    return `/login?back=${encodeURIComponent(back)}`;
  }
  // The anonymous session's cart comes along, its token does not.
  session.login(user.id, { remember: field(form, "remember") === "yes" });
  session.flash("notice", `Welcome, ${user.name}. You are logged in on all five servers.`);
  return back;
}

export function logOut({ session, trace }: ShopContext): string {
  session.destroy();
  return `/goodbye?visit=${trace.id}`;
}
