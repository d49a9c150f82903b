export type MaybePromise<T> = T | Promise<T>;

/** Where the texts of one store are. What is called later than another call sees what that one did. */
export interface Backend {
  read(key: string): MaybePromise<string | null>;
  /** Writes `after` (`null`: removes) if there still is `before`; `false` if there is not. All or nothing. */
  swap(key: string, before: string | null, after: string | null): MaybePromise<boolean>;
  keys(): MaybePromise<string[]>;
  clear(): MaybePromise<void>;
  close?(): void;
  /** Waits until this tab sees what others wrote before. */
  catchUp?(): Promise<void>;
  /** Makes those who catch up from now on wait for what this tab has written. */
  mark?(): Promise<void>;
  /** Others have a storage of their own: `clear` has to be done by each. */
  readonly alone?: boolean;
}
