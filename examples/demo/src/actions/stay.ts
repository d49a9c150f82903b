import type { ShopContext } from "../shop/context.ts";
import { backIn } from "../shop/request.ts";

/** "Stay signed in": any request would do, this one says so. */
export function stay({ form, session }: ShopContext): string {
  if (session.userId !== undefined) session.touch();
  return backIn(form);
}
