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

/**
 * What the class's parents, the class and the method say, in this order. `@Public()` alone takes back what was said before it. All else comes on top, or a
 * method with a login of its own age would be open to who has not stepped up, as its class demands.
 */
export function accessOf(context: ExecutionContext, key: symbol): Access {
  const words = [
    ...familyOf(context.getClass()).map((type) => Reflect.getOwnMetadata(key, type)),
    // Of what it was made from too: a decorator may have put another function around it.
    Reflect.getMetadata(key, context.getHandler()),
  ] as (Access | undefined)[];
  return words.reduce<Access>(
    (before, word) => (word ? { ...(asks(word) && without(before)), ...word } : before),
    {},
  );
}

/** Whether more is asked for than nothing. */
export function asks({ within, elevated }: Access): boolean {
  return within !== undefined || elevated === true;
}

function without({ isPublic, ...demands }: Access): Access {
  return demands;
}

/** A class after all that it extends. */
function familyOf(type: object): object[] {
  const family: object[] = [];
  for (let it: object | null = type; it; it = Object.getPrototypeOf(it)) family.unshift(it);
  return family;
}
