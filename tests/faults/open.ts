import type { SessionStore } from "@coatcheck/core";
import { onTestFinished } from "vitest";
import type { Driver } from "../services/drivers.ts";

/** A store by `driver`, until the test is over. */
export async function open(
  driver: Driver,
  urls: readonly string[],
  place: string,
): Promise<SessionStore> {
  const { store, close } = await driver.open(urls, place);
  onTestFinished(async () => {
    await close();
  });
  return store;
}
