import type { ShopContext } from "../shop/context.ts";
import { backIn, field } from "../shop/request.ts";
import { storageKinds } from "../storage/kinds.ts";

/** The next request opens the session of that storage, if there is one: nothing is carried over, no login above all. */
export function chooseStorage({ form, request, storages }: ShopContext): string {
  const kind = storageKinds.find((it) => it === field(form, "storage"));
  if (kind !== undefined) storages.choose(request, kind);
  return backIn(form);
}
