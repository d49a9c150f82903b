import type { FrameworkFeature } from "@coatcheck/testkit";

/** All that the suite knows: what a framework package is expected to do. */
export const EVERYTHING: readonly FrameworkFeature[] = [
  "json",
  "text",
  "redirect",
  "empty",
  "stream",
  "file",
  "sse",
  "hijack",
  "gate",
  "of",
  "lazy",
  "optOut",
  "managers",
  "largeHeaders",
];
