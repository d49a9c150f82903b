export { coarseAddress } from "./devices/address.ts";
export { type DeviceOptions, describeDevice } from "./devices/describe.ts";
