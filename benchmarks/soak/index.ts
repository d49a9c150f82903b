export type { SoakOptions } from "./options.ts";
export { parseOptions, UsageError } from "./options.ts";
export { type SoakResult, soak } from "./soak.ts";
