/** What `work` throws, which must be an error of `type`. For tests. */
export function failureOf<E extends Error>(
  type: abstract new (...args: never[]) => E,
  work: () => unknown,
): E {
  let returned: unknown;
  try {
    returned = work();
  } catch (error) {
    return narrowed(type, error);
  }
  throw new Error(`expected a ${type.name}, but ${String(returned)} was returned`);
}

/** The same for work that may answer later. */
export async function rejectionOf<E extends Error>(
  type: abstract new (...args: never[]) => E,
  work: () => unknown,
): Promise<E> {
  let returned: unknown;
  try {
    returned = await work();
  } catch (error) {
    return narrowed(type, error);
  }
  throw new Error(`expected a ${type.name}, but ${String(returned)} was returned`);
}

function narrowed<E extends Error>(type: abstract new (...args: never[]) => E, error: unknown): E {
  if (error instanceof type) return error;
  throw new Error(`expected a ${type.name}, but got ${String(error)}`, { cause: error });
}
