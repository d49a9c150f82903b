import type { Visitor } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { People } from "./people.ts";
import { told } from "./site.ts";

const GRACE = 10_000;

/** Tokens that somebody has copied, and that are rotated. */
export function describeTheft(people: People): void {
  const rotate = async (visitor: Visitor, at: number): Promise<void> => {
    const there = people.site.at(at, visitor);
    await told(there.get("/rotate"));
    visitor.jar.copy(there.jar);
    // Presented in another process than the one that made it.
    await told(people.site.at(at + 1, visitor).get("/read"));
  };

  const robbed = async () => {
    const owner = await people.member(people.newUser());
    return { owner, thief: people.site.at(1, owner) };
  };

  test("G5 a stolen token that the owner had rotated away in one process ends the session in all", async () => {
    const { owner, thief } = await robbed();
    await rotate(owner, 0);
    await people.site.advance(GRACE);
    expect(await people.usersOf(thief)).toEqual(people.nobody());
    expect(await people.usersOf(owner)).toEqual(people.nobody());
  });

  test("G5 a thief who rotates first is put out by the owner's next request, as the owner is", async () => {
    const { owner, thief } = await robbed();
    await rotate(thief, 1);
    await people.site.advance(GRACE);
    expect(await people.usersOf(owner)).toEqual(people.nobody());
    expect(await people.usersOf(thief)).toEqual(people.nobody());
  });

  test("G5 a patient thief is noticed after many rotations", async () => {
    const { owner, thief } = await robbed();
    for (let time = 0; time < 20; time++) {
      await rotate(owner, time);
      await people.site.advance(GRACE);
    }
    expect((await people.usersOf(owner)).every((user) => user !== null)).toBe(true);
    expect(await people.usersOf(thief)).toEqual(people.nobody());
    expect(await people.usersOf(owner)).toEqual(people.nobody());
  });
}
