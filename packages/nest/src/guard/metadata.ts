import "reflect-metadata";
import type { Duration, Sessions } from "@coatcheck/core";
import type { ExecutionContext } from "@nestjs/common";

/** What a class or a method says of who may use it. */
export interface Access {
  readonly isPublic?: true;
  readonly within?: Duration;
  readonly elevated?: true;
}

const DEFAULT = Symbol("coatcheck.access");
const keys = new WeakMap<object, symbol>();

/** One for each manager: what is public for the shop is not so for its back office. */
export function accessKey(sessions: Sessions<object> | undefined): symbol {
  if (sessions === undefined) return DEFAULT;
  const key = keys.get(sessions) ?? Symbol("coatcheck.access");
  keys.set(sessions, key);
  return key;
}

/** The method's word, or else its class's. */
export function accessOf(context: ExecutionContext, key: symbol): Access {
  const said = [context.getHandler(), context.getClass()].map(
    (target) => Reflect.getMetadata(key, target) as Access | undefined,
  );
  return said[0] ?? said[1] ?? {};
}
