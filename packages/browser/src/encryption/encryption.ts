/** Seals the values of stores, each with the store's own key. `bound` is authenticated: a seal opens only with the same. */
export interface Encryption {
  /** Makes the key if there is none. Rejects if it cannot be kept; the store then falls back to memory. */
  prepare(store: string): Promise<unknown>;
  seal(store: string, bound: string, text: string): Promise<string>;
  /** Rejects what was not sealed with the store's key and `bound`. */
  open(store: string, bound: string, sealed: string): Promise<string>;
  /** Ends the key: what was sealed with it, also what is left of it on a disk, opens no more. */
  forget(store: string): Promise<void>;
}
