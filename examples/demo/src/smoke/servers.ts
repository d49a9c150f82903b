import { placesFrom } from "../demo.ts";

const places = placesFrom(0);

export const eachServer: readonly number[] = places.map((_, index) => index);

export function nameOf(server: number): string {
  return places[server]?.name ?? "";
}
