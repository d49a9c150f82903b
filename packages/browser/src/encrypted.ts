export { deviceKey } from "./encryption/device-key.ts";
export type { Encryption } from "./encryption/encryption.ts";
