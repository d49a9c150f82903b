import { randomUUID } from "node:crypto";
import type { Visitor } from "@coatcheck/testkit";
import { type Site, told } from "./site.ts";

/** Who visits the application, by whichever process. */
export class People {
  readonly #site: () => Site;

  constructor(site: () => Site) {
    this.#site = site;
  }

  get site(): Site {
    return this.#site();
  }

  /** Nobody else's name. */
  newUser(): string {
    return `u-${randomUUID()}`;
  }

  async member(user: string, query = ""): Promise<Visitor> {
    const visitor = this.site.visitor();
    await told(visitor.get(`/login?user=${user}${query}`));
    return visitor;
  }

  async anonymous(): Promise<Visitor> {
    const visitor = this.site.visitor();
    await told(visitor.get("/write?key=before"));
    return visitor;
  }

  /** A browser that is remembered, and a copy of it. */
  async remembered(user: string): Promise<[Visitor, Visitor]> {
    const browser = await this.member(user, "&remember");
    return [browser, this.site.at(1, browser)];
  }

  /** Who is logged in there, for a copy of the cookies, in each process. */
  usersOf(visitor: Visitor): Promise<(string | null)[]> {
    const copies = this.site.ports.map((_, at) => this.site.at(at, visitor));
    return Promise.all(copies.map(async (copy) => (await told(copy.get("/read"))).userId));
  }

  /** What `usersOf` says of cookies that are no good anywhere. */
  nobody(): null[] {
    return this.site.ports.map(() => null);
  }

  everywhere(user: string): string[] {
    return this.site.ports.map(() => user);
  }

  /** The browser is closed and opened again at a page of that process. */
  async comeBack(visitor: Visitor, at: number): Promise<string | null> {
    visitor.jar.close();
    const page = this.site.at(at, visitor);
    const { userId } = await told(page.get("/read"));
    visitor.jar.copy(page.jar);
    return userId;
  }
}
