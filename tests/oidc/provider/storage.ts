import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

interface Row {
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

/** What a provider remembers. It outlives a `Provider`: one with other keys goes on with the same sessions, grants and tokens. */
export function providerStorage(): AdapterFactory {
  const rows = new Map<string, Row>();
  const live = (key: string): AdapterPayload | undefined => {
    const row = rows.get(key);
    return row && row.expiresAt > Date.now() ? row.payload : undefined;
  };
  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000;
      rows.set(`${model}:${id}`, { payload, expiresAt });
    },
    async find(id) {
      return live(`${model}:${id}`);
    },
    async findByUid(uid) {
      for (const [key, { payload }] of rows) {
        if (key.startsWith(`${model}:`) && payload.uid === uid) return live(key);
      }
    },
    async findByUserCode() {},
    async consume(id) {
      const payload = live(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      rows.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of rows) {
        if (key.startsWith(`${model}:`) && payload.grantId === grantId) rows.delete(key);
      }
    },
  });
}
