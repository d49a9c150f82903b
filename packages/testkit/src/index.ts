export { type ManualClock, manualClock } from "./clock.ts";
export { seededRandom } from "./random.ts";
export type { StoreCapability, StoreCase, StoreContext } from "./store/case.ts";
export { storeCases } from "./store/cases.ts";
export { type CountingStore, countingStore } from "./store/counting.ts";
export { type Fault, type FaultKind, type FaultStore, faultStore } from "./store/fault.ts";
export {
  type InterleavingOptions,
  interleavings,
  type ScheduleResult,
  type World,
} from "./store/interleavings.ts";
export { testId, testLogin, testRecord } from "./store/records.ts";
export {
  casesFor,
  runStoreCase,
  type StoreCaseOutcome,
  type StoreCasePlan,
  storeCaseTitle,
} from "./store/run.ts";
export { type ParkedCall, type StepStore, stepStore } from "./store/step.ts";
export type { StoreCall, StoreMethod } from "./store/wrap.ts";
