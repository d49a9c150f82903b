interface Person {
  readonly name: string;
  readonly password: string;
}

/** Whom the provider knows. Made up, like their passwords, which a real provider keeps as hashes. */
export const people: ReadonlyMap<string, Person> = new Map([
  ["alice", { name: "Alice Ascot", password: "umbrella" }],
  ["bob", { name: "Bob Bowler", password: "galoshes" }],
]);

/** Who signs in, by what the login form said. */
export function findPerson(form: URLSearchParams): string | undefined {
  const id = form.get("person") ?? "";
  const person = people.get(id);
  return person && person.password === form.get("password") ? id : undefined;
}
