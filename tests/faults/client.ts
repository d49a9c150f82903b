import { FRUIT, type Fruit, Ledger, type Problem } from "./ledger.ts";
import { type Answer, idIn, Visitor } from "./visitor.ts";

/** A problem, and of which session. `revived`: one that was logged out. `answer`: a response that nobody should get. */
export interface Finding {
  readonly kind: Problem["kind"] | "revived" | "answer";
  readonly what?: Problem["what"];
  readonly writes: number;
  readonly text: string;
  readonly id: string;
}

const chance = (likelihood: number): boolean => Math.random() < likelihood;

/** One client of the load: logs in, works on its session, logs out, and again; notes all that it must not see. */
export class Client {
  acknowledged = 0;
  /** Acknowledged requests that wrote something. */
  writes = 0;
  readonly #port: number;
  readonly #user: string;
  readonly #note: (answer: Answer) => void;
  readonly #findings: Finding[];
  readonly #ended: string[] = [];
  readonly #revived = new Set<string>();
  #visitor: Visitor;
  #ledger: Ledger | undefined;
  #isLeaving = false;
  #next = 1;

  constructor(port: number, user: string, note: (answer: Answer) => void, findings: Finding[]) {
    this.#port = port;
    this.#user = user;
    this.#note = note;
    this.#findings = findings;
    this.#visitor = new Visitor(port);
  }

  /** One step of its life. `false`: the application was not able to. */
  async act(): Promise<boolean> {
    if (this.#ledger === undefined) return this.#login();
    if (this.#isLeaving || chance(0.04)) return this.#logout();
    if (chance(0.35)) return this.#read(this.#ledger);
    if (chance(0.1)) return this.#ask("/rotate");
    if (chance(0.1)) return this.#haunt(this.#ended.at(Math.random() * this.#ended.length));
    if (chance(0.3)) return this.#set(this.#ledger, chance(0.5) ? "apples" : "pears");
    if (chance(0.5)) return this.#count(this.#ledger);
    // At once, on one session: neither may be lost.
    const key = chance(0.5) ? "apples" : "pears";
    const both = [this.#count(this.#ledger), this.#set(this.#ledger, key)];
    return (await Promise.all(both)).every(Boolean);
  }

  /** Compares all that there is with all that was acknowledged. */
  async audit(): Promise<void> {
    if (this.#ledger && !this.#isLeaving && !(await this.#read(this.#ledger))) {
      this.#find({ kind: "answer", writes: 0, text: "503 at the end" });
    }
    for (const cookie of this.#ended) await this.#haunt(cookie);
  }

  async #login(): Promise<boolean> {
    this.#visitor = new Visitor(this.#port);
    // Half of them have something in their session before they log in.
    const key: Fruit | undefined = chance(0.5) ? FRUIT[0] : undefined;
    const ledger = new Ledger(this.#user);
    if (key !== undefined && !(await this.#set(ledger, key))) return false;
    if (!(await this.#ask(`/login/${this.#user}`))) return false;
    this.#ledger = ledger;
    return true;
  }

  async #logout(): Promise<boolean> {
    const { cookie } = this.#visitor;
    this.#isLeaving = true;
    if (!(await this.#ask("/logout"))) return false;
    if (cookie !== undefined) this.#ended.push(cookie);
    this.#isLeaving = false;
    this.#ledger = undefined;
    return true;
  }

  async #read(ledger: Ledger): Promise<boolean> {
    const answer = await this.#answer("/me");
    if (answer.status !== 200) return false;
    const problems = ledger.check(answer.seen);
    for (const problem of problems) this.#find(problem);
    if (problems.some(({ what }) => what === "login")) this.#ledger = undefined;
    return true;
  }

  async #count(ledger: Ledger): Promise<boolean> {
    const isDone = await this.#ask("/count");
    ledger.counted(isDone);
    return isDone;
  }

  async #set(ledger: Ledger, key: Fruit): Promise<boolean> {
    const value = this.#next++;
    const isDone = await this.#ask(`/set/${key}/${value}`);
    ledger.set(key, value, isDone);
    return isDone;
  }

  /** Comes with the cookie of a session that was logged out. */
  async #haunt(cookie: string | undefined): Promise<boolean> {
    if (cookie === undefined) return true;
    const answer = await this.#answer("/me", new Visitor(this.#port, cookie));
    if (answer.status !== 200) return false;
    const { user } = answer.seen;
    if (user === null || this.#revived.has(cookie)) return true;
    this.#revived.add(cookie);
    this.#find({ kind: "revived", writes: 1, text: `${user} is back after the logout` }, cookie);
    return true;
  }

  async #ask(path: string): Promise<boolean> {
    const isDone = (await this.#answer(path)).status === 200;
    if (isDone) this.writes += 1;
    return isDone;
  }

  async #answer(path: string, visitor = this.#visitor): Promise<Answer> {
    const answer = await visitor.ask(path);
    const { status, error, setCookie } = answer;
    if (status === 200) this.acknowledged += 1;
    else if (status !== 503 || error !== "store" || setCookie.length > 0) {
      const text = `${path}: ${status} ${error}, ${setCookie.length} cookies set`;
      this.#find({ kind: "answer", writes: 0, text });
    }
    this.#note(answer);
    return answer;
  }

  #find(finding: Omit<Finding, "id">, cookie = this.#visitor.cookie): void {
    this.#findings.push({ ...finding, id: idIn(cookie ?? "") });
  }
}
