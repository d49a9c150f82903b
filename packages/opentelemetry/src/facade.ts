/** An object that has what `inner` has and does what `inner` does, with `inner` as `this`. Nothing is there that `inner` lacks. */
export function facadeOf<T extends object>(inner: T): T {
  const facade = {};
  for (
    let level: object | null = inner;
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const key of Reflect.ownKeys(level)) {
      if (key !== "constructor" && !Object.hasOwn(facade, key)) delegate(facade, key, inner);
    }
  }
  return facade as T;
}

function delegate(facade: object, key: string | symbol, inner: object): void {
  Object.defineProperty(facade, key, {
    enumerable: true,
    configurable: true,
    get: () => {
      const value: unknown = Reflect.get(inner, key);
      return typeof value === "function" ? value.bind(inner) : value;
    },
    set: (value: unknown) => {
      Reflect.set(inner, key, value);
    },
  });
}
