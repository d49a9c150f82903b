import type { Session, Sessions } from "@coatcheck/core";

export type Loose = Record<string, unknown>;

/** One client's cookie and its requests. */
export class Client {
  cookie: string | undefined;
  readonly #sessions: Sessions<Loose>;

  constructor(sessions: Sessions<Loose>) {
    this.#sessions = sessions;
  }

  async visit(work: (session: Session<Loose>) => unknown): Promise<void> {
    const session = await this.#sessions.open({
      headers: this.cookie ? { cookie: this.cookie } : {},
    });
    work(session);
    for (const [name, value] of await this.#sessions.commit(session)) {
      if (name === "set-cookie") this.cookie = value.split(";")[0];
    }
  }

  copy(): Client {
    const other = new Client(this.#sessions);
    other.cookie = this.cookie;
    return other;
  }
}
