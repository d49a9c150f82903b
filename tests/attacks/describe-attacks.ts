import { afterAll, beforeAll } from "vitest";
import { describeRaces } from "./describe-races.ts";
import { describeRemembered } from "./describe-remembered.ts";
import { describeTheft } from "./describe-theft.ts";
import { People } from "./people.ts";
import type { Job } from "./server.worker.ts";
import { Site } from "./site.ts";

const PER_USER = 5;

/** Where the sessions of one suite are, and its remember-me tokens. */
export interface Places extends Omit<Job, "perUser"> {
  remove(): Promise<unknown>;
}

/** Attacks and races over HTTP on processes that share a store. */
export function describeAttacks(openPlaces: () => Promise<Places>): void {
  let site: Site;
  let places: Places | undefined;
  beforeAll(async () => {
    places = await openPlaces();
    const { remove: _, ...job } = places;
    site = await Site.start({ ...job, perUser: PER_USER });
  });
  afterAll(async () => {
    site?.stop();
    await places?.remove();
  });

  const people = new People(() => site);
  describeRaces(people, PER_USER);
  describeTheft(people);
  describeRemembered(people);
}
