import type { Connection, Reply } from "../client/connection.ts";
import { Visitor } from "../client/visitor.ts";
import { DATA, inAnswer, NOBODY } from "../servers/texts.ts";
import { idOf, type Subject } from "../subject.ts";

/** A session with all its data, of which the cookie is settled. */
export async function filled(connection: Connection): Promise<Visitor> {
  const visitor = new Visitor();
  visitor.keep(await connection.ask(visitor.request("POST /fill")));
  // A new token is new until it has been presented.
  for (let i = 0; i < 2; i++) visitor.keep(await connection.ask(visitor.request("GET /read")));
  return visitor;
}

/** Throws unless the server does what it is to be timed for. */
export async function prove(connection: Connection, subject: Subject): Promise<void> {
  const { kind } = subject;
  const ask = async (visitor: Visitor, line: string): Promise<Reply> => {
    const reply = await connection.ask(visitor.request(line));
    claim(reply.status === 200, `answers ${line} with ${reply.status}: ${reply.body}`);
    return reply;
  };
  function claim(holds: boolean, otherwise: string): void {
    if (!holds) throw new Error(`${idOf(subject)} ${otherwise}`);
  }

  const one = await filled(connection);
  for (const line of ["GET /untouched", "GET /free"]) await ask(one, line);
  const name = (await ask(one, "GET /read")).body;
  claim(name === DATA.name, `gives back ${name}`);
  if (kind === "bare") return;

  const other = await filled(connection);
  const written = await ask(one, "POST /write");
  one.keep(written);
  const seen = (await ask(one, "GET /seen")).body;
  claim(seen === written.body, `forgets a write: ${seen} in place of ${written.body}`);
  const elsewhere = (await ask(other, "GET /seen")).body;
  claim(elsewhere === inAnswer(DATA.seen), "writes into another session");

  const newcomer = new Visitor();
  const first = await ask(newcomer, "GET /read");
  claim(first.body === NOBODY, `knows a visitor that is new: ${first.body}`);
  claim(!newcomer.keep(first), "gives a new visitor a cookie for nothing");

  const user = new Visitor();
  claim(user.keep(await ask(user, "POST /login")), "gives no cookie at a login");
  claim((await ask(user, "GET /user")).body === inAnswer(DATA.userId), "forgets a login");

  const forger = new Visitor([...one.cookies].map(([key, value]) => [key, damaged(value)]));
  const forged = (await ask(forger, "GET /read")).body;
  claim(forged === NOBODY, `takes a cookie that was changed: ${forged}`);
}

/** Another character in the middle of it, which in all formats here is id, signature or sealed text. */
function damaged(value: string): string {
  const at = value.length >> 1;
  return value.slice(0, at) + (value[at] === "A" ? "B" : "A") + value.slice(at + 1);
}
