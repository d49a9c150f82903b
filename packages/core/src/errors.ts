/** Every reason for which Coatcheck throws. The set is closed: `switch (error.code)` narrows. */
export type SessionErrorCode =
  /** An option is wrong. Thrown at construction, never by a request. */
  | "config"
  /** The store failed, was too slow, or answered nonsense. */
  | "store"
  /** A commit lost every one of its bounded retries against other writers. */
  | "conflict"
  /** An unsafe cross-origin request came with a session, or wanted one. */
  | "cross-origin"
  /** The CSRF token is missing or not this session's. */
  | "csrf"
  /** Nobody is logged in, and a guard wants somebody. */
  | "unauthenticated"
  /** The login is older than a guard allows. */
  | "stale-login"
  /** A guard wants a step-up. */
  | "not-elevated"
  /** A guard of the application's own keeps this user out. */
  | "forbidden"
  /** The change needs a header, and the headers have left. */
  | "too-late"
  /** The session was destroyed in this request, or ended under it. */
  | "destroyed"
  /** A value would not survive being stored. */
  | "unserialisable"
  /** The data does not satisfy the schema. */
  | "invalid-data"
  /** The cookie cannot be delivered: too large, or Secure on a plain connection. */
  | "cookie"
  /** The user has as many sessions as `limits.perUser` allows, and `onLimit` is `"reject"`. */
  | "limit"
  /** Nobody loaded the session: a lazy plugin, a route that opted out, or no plugin at all. */
  | "not-loaded";

/**
 * The one base of all errors. `status` (and its twin `statusCode`) is what Fastify, Koa, Express and Nest answer with.
 * No message, cause or property ever holds a token.
 */
export class SessionError extends Error {
  declare readonly code: SessionErrorCode;
  /** HTTP status that fits. */
  declare readonly status: number;
  declare readonly statusCode: number;
  /** Whether the message may be shown to the client (Koa and Express read it). */
  declare readonly expose: boolean;

  constructor(code: SessionErrorCode, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.expose = status < 500;
  }
}

/** Wrong configuration, with the option's path and the remedy. Thrown at construction. */
export class SessionConfigError extends SessionError {
  /** Path of the option, as in `cookie.sameSite`. */
  declare readonly option: string;

  constructor(option: string, message: string) {
    super("config", 500, message);
    this.option = option;
  }
}

/** The store failed, hung past `storeTimeout`, or answered nonsense. Status 503; `cause` is the driver's own error. */
export class SessionStoreError extends SessionError {
  /** The store's method: `read`, `create`, `update`, … */
  declare readonly operation: string;

  constructor(operation: string, message: string, options?: ErrorOptions) {
    super("store", 503, message, options);
    this.operation = operation;
  }
}

/**
 * Too many other writers on one session. Status 503. Nothing was written and the request may be repeated; unless the message says that the
 * session may have been saved, after a commit whose reply was lost.
 */
export class SessionConflictError extends SessionError {
  constructor(attempts?: number) {
    super(
      "conflict",
      503,
      attempts === undefined
        ? "session may have been saved or not: look before you repeat the request"
        : `session not saved in ${attempts} attempts; repeat the request`,
    );
  }
}

/** An unsafe request from another origin that carries or wants a session. Status 403. */
export class CrossOriginError extends SessionError {
  constructor() {
    super(
      "cross-origin",
      403,
      "cross-origin request refused: if the origin is yours, list it in crossOrigin.trusted",
    );
  }
}

/** A change that needs a Set-Cookie came after the headers had left. Status 500. */
export class SessionTooLateError extends SessionError {
  constructor(what: string, remedy: string) {
    super("too-late", 500, `${what} came after the response's headers had left; ${remedy}`);
  }
}

/** The session was written to after `destroy()`, or after a commit had found it ended. Status 500. */
export class SessionDestroyedError extends SessionError {
  constructor(what: string) {
    super(
      "destroyed",
      500,
      `${what} on a session that has ended: start a new one by regenerate() or login()`,
    );
  }
}

/** A value that would come back from the store changed, or not at all. Status 500. */
export class UnserialisableError extends SessionError {
  /** Where it is, as in `cart[0].addedAt`. */
  declare readonly path: string;

  constructor(path: string, what: string, remedy: string) {
    super("unserialisable", 500, `value ${path} is ${what}, which JSON does not keep; ${remedy}`);
    this.path = path;
  }
}

/** The data does not satisfy the schema. Status 500: it is the application that wrote it. */
export class InvalidDataError extends SessionError {
  /** The schema's own issues: message and path of each. */
  declare readonly issues: ReadonlyArray<{ readonly message: string; readonly path?: string }>;

  constructor(
    when: "stored" | "written",
    issues: InvalidDataError["issues"],
    what = "session data",
  ) {
    const list = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    super("invalid-data", 500, `${when} ${what} fails the schema: ${list.join("; ")}`);
    this.issues = issues;
  }
}

/** A cookie that the browser would drop, or that this connection cannot carry. Status 500. */
export class CookieDeliveryError extends SessionError {
  constructor(message: string) {
    super("cookie", 500, message);
  }
}

/** The user has reached `limits.perUser` and `onLimit` is `"reject"`. Status 409. */
export class SessionLimitError extends SessionError {
  constructor(perUser: number) {
    super("limit", 409, `this user already has ${perUser} sessions; end one of them first`);
  }
}

/** The session was asked for before anything loaded it. Status 500. */
export class SessionNotLoadedError extends SessionError {
  constructor(message: string) {
    super("not-loaded", 500, message);
  }
}
