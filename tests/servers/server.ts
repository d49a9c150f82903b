/** A server of a test's own, on 127.0.0.1 and in a temporary directory. It is stopped after the test that started it. */
export interface TestServer {
  readonly url: string;
  /** The same after a restart. */
  readonly port: number;
  /** Of the present process. */
  readonly pid: number;
  /** SIGKILL, children included: a crash. Resolves when they are gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and directory; one that still runs is ended in order first. Resolves when it answers. */
  restart(): Promise<void>;
  /** Ends it and removes its directory; may be called again. A server started in `beforeAll` needs it in `afterAll`. */
  stop(): Promise<void>;
}
