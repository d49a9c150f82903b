import { chain, type SessionStore } from "@coatcheck/core";

/**
 * `inner` as if it did not compare versions: the mutation that every test of concurrency must notice. Use it over a
 * store that answers at once, where the read and the write are still one step.
 */
export function withoutVersionCheck(inner: SessionStore): SessionStore {
  const mutant = Object.create(inner) as SessionStore;
  for (const name of ["read", "create", "touch", "destroy", "sweep", "close"] as const) {
    Object.assign(mutant, { [name]: inner[name]?.bind(inner) });
  }
  mutant.listByUser = (userId) => inner.listByUser?.(userId) ?? [];
  mutant.destroyByUser = (userId, except) => inner.destroyByUser?.(userId, except) ?? [];
  mutant.update = (record, _expectedVersion, limit) =>
    chain(inner.read(record.id), (found) =>
      found === undefined ? "gone" : inner.update(record, found.version, limit),
    );
  return mutant;
}
