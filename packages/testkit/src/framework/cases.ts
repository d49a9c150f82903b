import type { FrameworkCase } from "./case.ts";
import { accountCases } from "./cases/accounts.ts";
import { atRestCases } from "./cases/at-rest.ts";
import { backpressureCases } from "./cases/backpressure.ts";
import { cacheCases } from "./cases/caches.ts";
import { carriedBoundCases } from "./cases/carried/bound.ts";
import { carriedEndingCases } from "./cases/carried/ending.ts";
import { carriedNoTraceCases } from "./cases/carried/no-trace.ts";
import { carriedParallelCases } from "./cases/carried/parallel.ts";
import { carriedRotationCases } from "./cases/carried/rotation.ts";
import { carriedSizeCases } from "./cases/carried/size.ts";
import { carriedStreamingCases } from "./cases/carried/streaming.ts";
import { cookieCases } from "./cases/cookies.ts";
import { crossSiteCases } from "./cases/cross-site.ts";
import { endingCases } from "./cases/ending.ts";
import { handOffCases } from "./cases/hand-off.ts";
import { inFlightCases } from "./cases/in-flight.ts";
import { lazyCases } from "./cases/lazy.ts";
import { lifetimeCases } from "./cases/lifetime.ts";
import { limitCases } from "./cases/limit.ts";
import { loginCases } from "./cases/login.ts";
import { noTraceCases } from "./cases/no-trace.ts";
import { pluginCases } from "./cases/plugin.ts";
import { rememberCases } from "./cases/remember.ts";
import { rotationCases } from "./cases/rotation.ts";
import { savedFirstCases } from "./cases/saved-first.ts";
import { secrecyCases } from "./cases/secrecy.ts";
import { stepUpCases } from "./cases/step-up.ts";
import { storeDownCases } from "./cases/store-down.ts";
import { streamingCases } from "./cases/streaming.ts";
import { strictCases } from "./cases/strict.ts";
import { theftCases } from "./cases/theft.ts";
import { tokenCases } from "./cases/tokens.ts";
import { transportCases } from "./cases/transports.ts";
import { updateCases } from "./cases/updates.ts";
import { valueCases } from "./cases/values.ts";

/** Every sentence about what a framework package does as a case: data for any test runner. */
export const frameworkCases: readonly FrameworkCase[] = [
  ...noTraceCases,
  ...atRestCases,
  ...strictCases,
  ...tokenCases,
  ...loginCases,
  ...stepUpCases,
  ...rotationCases,
  ...theftCases,
  ...endingCases,
  ...inFlightCases,
  ...accountCases,
  ...rememberCases,
  ...updateCases,
  ...lifetimeCases,
  ...limitCases,
  ...storeDownCases,
  ...savedFirstCases,
  ...streamingCases,
  ...backpressureCases,
  ...valueCases,
  ...cookieCases,
  ...secrecyCases,
  ...crossSiteCases,
  ...cacheCases,
  ...pluginCases,
  ...lazyCases,
  ...transportCases,
  ...handOffCases,
  ...carriedNoTraceCases,
  ...carriedRotationCases,
  ...carriedEndingCases,
  ...carriedParallelCases,
  ...carriedStreamingCases,
  ...carriedBoundCases,
  ...carriedSizeCases,
];
