import assert from "node:assert/strict";
import type { SessionId } from "@coatcheck/core";
import type { StoreMethod } from "../../store/wrap.ts";
import type { FrameworkContext, SiteOptions } from "../case.ts";
import type { HandlerContext } from "../harness.ts";
import type { Visitor } from "../visitor.ts";
import { dataOf } from "./basics.ts";

type Kept = Pick<FrameworkContext, "storage">;

/** A change of a known anonymous session that the store has to be told. */
export interface StoredChange {
  /** Stores `changed: "1"`. */
  change(context: HandlerContext): void;
  /** A route of `basics` that makes such a change. */
  readonly path: string;
  /** The call to the store that saves it: the last one of its commit. */
  readonly method: StoreMethod;
}

/** A write is enough where the store keeps the session; of one that lives in its token it has to remember a login. */
export function storedChange({ storage }: Kept): StoredChange {
  if (!storage) {
    return {
      change: ({ session }) => session.set("changed", "1"),
      path: "/write?a=1",
      method: "update",
    };
  }
  return {
    change: ({ session }) => {
      session.set("changed", "1");
      session.login("ann");
    },
    path: "/login",
    method: "create",
  };
}

/** For sites whose users' sessions are listed: those that live in their tokens are written down only where they are limited. */
export function listable({ storage }: Kept): SiteOptions {
  return storage ? { limits: { perUser: 5 } } : {};
}

/** The session of which `copy` holds a token is over. */
export async function assertEnded(
  { storage, store }: Pick<FrameworkContext, "storage" | "store">,
  copy: Visitor,
  id: string,
): Promise<void> {
  if (!storage) assert.equal(await store.read(id as SessionId), undefined);
  assert.deepEqual(await dataOf(copy), {});
}
