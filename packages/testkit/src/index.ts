export { type ManualClock, manualClock } from "./clock.ts";
export { asynchronousStore } from "./framework/asynchronous.ts";
export type {
  FrameworkCase,
  FrameworkContext,
  SeenEvent,
  Site,
  SiteOptions,
  StorageKind,
  TokenStorageMaker,
} from "./framework/case.ts";
export { frameworkCases } from "./framework/cases.ts";
export { type Answer, Conversation, type ConversationOptions } from "./framework/conversation.ts";
export type {
  FrameworkFeature,
  FrameworkHarness,
  HandlerContext,
  ReplyKind,
  RunningApp,
  TestApp,
  TestData,
  TestManager,
  TestSession,
  TestSessions,
} from "./framework/harness.ts";
export { CookieJar, type JarCookie } from "./framework/jar.ts";
export { type ParkingStore, parkingStore } from "./framework/parking.ts";
export { isOptedOut, pathOf, type RouteOf, type TestRoute } from "./framework/route.ts";
export {
  type FrameworkCasePlan,
  frameworkCasesFor,
  frameworkCaseTitle,
  runFrameworkCase,
} from "./framework/run.ts";
export { type SendOptions, Visitor } from "./framework/visitor.ts";
export type { NetworkDirection, NetworkFault } from "./network/fault.ts";
export { type FaultProxy, faultProxy, type ProxyTarget } from "./network/proxy.ts";
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
