import { type Duration, milliseconds } from "../duration.ts";
import { SessionDestroyedError } from "../errors.ts";
import type { SessionId } from "../token/token.ts";
import { earlier, lasting, methodsOf } from "./authentication.ts";
import type { Updater } from "./changes.ts";
import { dataView } from "./data-view.ts";
import type { SessionUnit } from "./unit.ts";
import { assertUserId } from "./user-id.ts";

/** A key of the data. */
export type KeyOf<Data> = Extract<keyof Data, string>;

export interface LoginOptions<Data> {
  /** The cookie outlives the browser, for the session's absolute lifetime. Default `false`. */
  remember?: boolean;
  /** Which keys of the session before survive. Default: all of an anonymous session or of the same user's, none of another user's. */
  keep?: ReadonlyArray<KeyOf<Data>>;
  /** By which methods the user authenticated, as `["pwd", "otp"]` (RFC 8176). */
  amr?: readonly string[];
  /** How well: an authentication context class that the application knows. */
  acr?: string;
  /** When, in milliseconds since the epoch, if not just now: as an identity provider says by `auth_time`. Default: now, and never later. */
  authenticatedAt?: number | undefined;
}

export interface ElevateOptions {
  /** By which methods the user stepped up. */
  amr?: readonly string[];
  /** The authentication context class that holds meanwhile. */
  acr?: string;
}

export interface RotateOptions {
  /**
   * For tokens that are exchanged at each use, as refresh tokens are: a client that comes with the old one later than `rotationGrace` after
   * the rotation gets another token, and use of the one it was to have means theft. So two parties with one token do not share the session. A lost
   * response still costs nothing, one that arrives after the next one does. Default `false`: the same token again. A session
   * that lives in its token makes no difference.
   */
  strict?: boolean;
}

/** The inside of a session, for the core only. */
export let unitOf: <Data extends object>(session: Session<Data>) => SessionUnit;

/**
 * One request's view of a session. Every method is synchronous and only records what is wanted; the framework package (or
 * `sessions.commit`) writes it down in one step before the response begins.
 */
export class Session<Data extends object = Record<string, unknown>> {
  readonly #unit: SessionUnit;
  #view: Data | undefined;

  /** For the core: sessions are opened by `sessions.open` and by the framework packages. */
  constructor(unit: SessionUnit) {
    this.#unit = unit;
  }

  static {
    unitOf = (session) => session.#unit;
  }

  /** The public handle: constant through `rotate` and `login`, safe to log, never a credential. */
  get id(): SessionId {
    return this.#looked().record?.id ?? this.#unit.prospect.beginning.id;
  }

  /** No request before this one knew this session. */
  get isNew(): boolean {
    return this.#looked().opened === undefined || this.#unit.isReplaced;
  }

  /** Who is logged in, or whom they act for. */
  get userId(): string | undefined {
    return this.#looked().userId;
  }

  /** Who really is logged in, while they act for `userId`; else `undefined`. */
  get actorId(): string | undefined {
    const unit = this.#looked();
    return unit.auth?.actingAs === undefined ? undefined : unit.accountId;
  }

  /** The methods by which the user authenticated, as `["pwd"]`; those of a step-up too, while it holds. */
  get amr(): readonly string[] {
    const { amr = [], elevated } = this.#looked().auth ?? {};
    return [...new Set([...amr, ...(elevated?.amr ?? [])])];
  }

  /** The authentication context class: that of a step-up while it holds, else that of the login. */
  get acr(): string | undefined {
    const { acr, elevated } = this.#looked().auth ?? {};
    return elevated?.acr ?? acr;
  }

  /** Until when the step-up holds; `undefined` without one. */
  get elevatedUntil(): number | undefined {
    return this.#looked().auth?.elevated?.until;
  }

  /** A remember-me token opened the session and nobody has authenticated in it since. */
  get resumed(): boolean {
    return this.#looked().auth?.resumed !== undefined;
  }

  /** Milliseconds since the epoch, as all times here. */
  get createdAt(): number {
    return this.#looked().record?.createdAt ?? this.#unit.core.clock();
  }

  /** When the client was last seen before this request, to the precision of `touchEvery`. */
  get lastSeenAt(): number {
    return this.#looked().record?.lastSeenAt ?? this.#unit.core.clock();
  }

  /** When the user last authenticated in this session. */
  get authenticatedAt(): number | undefined {
    const { auth, core, login, record } = this.#looked();
    return auth?.at ?? (login ? core.clock() : (record?.authenticatedAt ?? undefined));
  }

  /** When the session ends unless the client comes again; `undefined` for one that is not stored yet. */
  get expiresAt(): number | undefined {
    return this.#looked().record?.expiresAt;
  }

  /** Whether the user authenticated no longer ago than `duration`. Never true of somebody acted for, nor after a remember-me token opened the session. */
  authenticatedWithin(duration: Duration): boolean {
    const limit = milliseconds(duration, "duration");
    const { actingAs, resumed } = this.#looked().auth ?? {};
    const at = actingAs === undefined && !resumed ? this.authenticatedAt : undefined;
    return at !== undefined && this.#unit.core.clock() - at <= limit;
  }

  /** The value, and what is mutated in it is saved; or, once, what an earlier request left there by `flash`. */
  get<K extends KeyOf<Data>>(key: K): Data[K] | undefined {
    const unit = this.#looked();
    if (unit.left?.has(key)) return unit.left.get(key) as Data[K];
    return unit.copy.get(key) as Data[K] | undefined;
  }

  has(key: KeyOf<Data>): boolean {
    const unit = this.#looked();
    return unit.left?.has(key) || unit.copy.has(key);
  }

  /** Stores a JSON value; the last commit wins. `undefined` deletes. Throws an `UnserialisableError` for what JSON would not keep. */
  set<K extends KeyOf<Data>>(key: K, value: Data[K]): void {
    this.#set("set()", key, value);
  }

  delete(key: KeyOf<Data>): void {
    this.#set("delete()", key, undefined);
  }

  /** Removes all data; the session and its login stay. */
  clear(): void {
    this.#unit.writable("clear()").clear(new Set());
  }

  /**
   * An atomic read-modify-write: `fn` gets the value and returns the new one, and runs again if somebody else
   * committed meanwhile. So it must be synchronous and do nothing else. `undefined` deletes.
   */
  update<K extends KeyOf<Data>>(
    key: K,
    fn: (value: Data[K] | undefined) => Data[K] | undefined,
  ): void {
    const unit = this.#unit.writable("update()");
    unit.copy.update(key, fn as Updater);
    unit.left?.delete(key);
  }

  /** The data as an object to read, assign to and mutate: `session.data.cart.push(x)` is saved. */
  get data(): Data {
    this.#looked();
    this.#view ??= dataView<Data>(this);
    return this.#view;
  }

  /** Leaves a value for one later request: the first that calls `get(key)`. */
  flash<K extends KeyOf<Data>>(key: K, value: Data[K]): void {
    this.#unit.writable("flash()").flash.set(key, value);
  }

  /**
   * The user has authenticated: a new token at once, and the one from before login is worthless. A live session of
   * another user is ended first, with its data.
   */
  login(userId: string, options: LoginOptions<Data> = {}): void {
    assertUserId(userId, "login(userId)");
    const unit = this.#unit.deliverable("login()");
    const { remember, keep } = options;
    const facts = {
      ...methodsOf(options, "login(userId)"),
      ...earlier(options.authenticatedAt, this.#unit.core.clock()),
    };
    const auth = Object.keys(facts)[0] === undefined ? undefined : facts;
    const login = { userId, remember: remember || undefined, keep };
    const another = unit.auth?.actingAs !== undefined || (unit.userId ?? userId) !== userId;
    if (unit.isOver || another) {
      unit.startOver({ regenerate: true, login, auth });
    } else {
      // What was left for the next page by `flash` is told there, whoever has logged in meanwhile.
      if (keep) unit.copy.clear(new Set(keep));
      unit.copy.crossBoundary();
      unit.want({ login, auth });
    }
  }

  /**
   * The user who is logged in has shown more, as a second factor: for `duration` the session is worth more, by a new token at once; the one from
   * before is worthless. Neither `authenticatedAt` nor the timeouts move. Throws a `TypeError` if nobody is logged in.
   */
  elevate(duration: Duration, options: ElevateOptions = {}): void {
    const until = this.#unit.core.clock() + milliseconds(duration, "duration");
    const unit = this.#unit.deliverable("elevate()");
    accountOf(unit, "elevate()");
    unit.want({ auth: { ...unit.auth, elevated: { until, ...methodsOf(options, "elevate()") } } });
  }

  /**
   * Acts for another user from now on: `userId` is theirs and `actorId` tells who it really is, by a new token at once. It stays the actor's
   * session in every list, and ends with theirs. The data goes, so that neither user's shows with the other. Whether they may is for the application to decide. Throws a
   * `TypeError` if nobody is logged in, or that very user.
   */
  actAs(userId: string): void {
    assertUserId(userId, "actAs(userId)");
    this.#goOnAs(userId, "actAs()");
  }

  /** Back to the user who is logged in, without the data of the one acted for. */
  stopActing(): void {
    if (this.actorId !== undefined) this.#goOnAs(undefined, "stopActing()");
  }

  /** A new token for the same session. The old one works until the client has used the new one, and a moment longer. */
  rotate(options: RotateOptions = {}): void {
    const unit = this.#unit.deliverable("rotate()");
    if (unit.isOver) throw new SessionDestroyedError("rotate()");
    unit.want({ rotate: true, strict: options.strict });
  }

  /** Ends this session and starts a new, empty one with another id and nobody logged in. */
  regenerate(): void {
    this.#unit.deliverable("regenerate()").startOver({ regenerate: true });
  }

  /** Records that the client was here, even within `touchEvery`. */
  touch(): void {
    this.#unit.want({ touch: true });
  }

  /** Ends the session and removes the cookie. */
  destroy(): void {
    this.#unit.deliverable("destroy()").startOver({ destroy: true });
  }

  /** Id, user, who acts for them, and times: never the token. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { id, userId, actorId, createdAt, lastSeenAt, expiresAt } = this;
    return { id, userId, actorId, createdAt, lastSeenAt, expiresAt };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Session ${JSON.stringify(this.toJSON())}`;
  }

  #goOnAs(actingAs: string | undefined, what: string): void {
    const unit = this.#unit.deliverable(what);
    if (actingAs === accountOf(unit, what))
      throw new TypeError(`${what}: that is who is logged in`);
    unit.clear(new Set());
    unit.copy.crossBoundary();
    unit.want({ auth: { ...lasting(unit.auth), actingAs } });
  }

  #set(what: string, key: string, value: unknown): void {
    const unit = this.#unit.writable(what);
    unit.copy.set(key, value);
    unit.left?.delete(key);
  }

  #looked(): SessionUnit {
    this.#unit.looked = true;
    return this.#unit;
  }
}

function accountOf({ accountId }: SessionUnit, what: string): string {
  if (accountId === undefined) throw new TypeError(`${what}: nobody is logged in`);
  return accountId;
}
