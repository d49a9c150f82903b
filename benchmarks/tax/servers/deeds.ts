/** What an application does with its session, by one library. Answers at once where the library does. */
export interface Deeds<Request, Response = Request> {
  /** On a route that does not use the session; only for the servers by hand, which have no hook to do it in. */
  untouched?(request: Request, response: Response): unknown;
  /** Its `name`; `undefined` of a visitor without a session. */
  read(request: Request, response: Response): unknown;
  write(request: Request, value: number, response: Response): unknown;
  /** A login with all the data. */
  fill(request: Request, response: Response): unknown;
  login(request: Request, response: Response): unknown;
  /** For the proof alone: what the last write said, and who is logged in. */
  seen(request: Request, response: Response): unknown;
  user(request: Request, response: Response): unknown;
}

/** For the routes of every framework: `work`'s result as an answer, or `answer` once the work is done. */
export function answered(
  result: unknown,
  answerOf: (result: unknown) => string,
): string | Promise<string> {
  return result instanceof Promise ? result.then(answerOf) : answerOf(result);
}

/** A method that takes a callback, as a promise. */
export function called(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error ? reject(error) : resolve()));
  });
}

/** No session at all. */
export const bare: Deeds<object> = {
  read: () => "Ada Lovelace",
  write: () => undefined,
  fill: () => undefined,
  login: () => undefined,
  seen: () => undefined,
  user: () => undefined,
};
