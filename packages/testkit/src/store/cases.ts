import type { StoreCase } from "./case.ts";
import { capabilityCases } from "./cases/capabilities.ts";
import { copyCases } from "./cases/copies.ts";
import { expiryCases } from "./cases/expiry.ts";
import { lifecycleCases } from "./cases/lifecycle.ts";
import { limitOnCreateCases } from "./cases/limit-create.ts";
import { limitOnUpdateCases } from "./cases/limit-update.ts";
import { notifyCases } from "./cases/notify.ts";
import { parallelCases } from "./cases/parallel.ts";
import { parallelLimitCases } from "./cases/parallel-limit.ts";
import { sweepCases } from "./cases/sweep.ts";
import { textCases } from "./cases/texts.ts";
import { touchCases } from "./cases/touch.ts";
import { updateCases } from "./cases/update.ts";
import { userIndexCases } from "./cases/user-index.ts";
import { userCases } from "./cases/users.ts";

/** Every sentence of the store contract as a case: data for any test runner. */
export const storeCases: readonly StoreCase[] = [
  ...lifecycleCases,
  ...updateCases,
  ...touchCases,
  ...expiryCases,
  ...copyCases,
  ...textCases,
  ...userCases,
  ...userIndexCases,
  ...limitOnCreateCases,
  ...limitOnUpdateCases,
  ...parallelCases,
  ...parallelLimitCases,
  ...sweepCases,
  ...notifyCases,
  ...capabilityCases,
];
