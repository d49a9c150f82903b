import type { ShopContext } from "../shop/context.ts";
import { backIn, field } from "../shop/request.ts";

export function chooseTheme({ form, session }: ShopContext): string {
  const theme = field(form, "theme");
  if (theme === "light" || theme === "dark") session.set("theme", theme);
  // Nothing to forget, nothing to write: a visitor without a session stays without one.
  else if (session.has("theme")) session.delete("theme");
  return backIn(form);
}
