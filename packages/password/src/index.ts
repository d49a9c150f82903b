export type { Argon2Options } from "./argon2/parameters.ts";
export { PasswordError, type PasswordErrorCode } from "./errors.ts";
export { createPasswords } from "./passwords/manager.ts";
export type { PasswordLengths, PasswordsOptions } from "./passwords/options.ts";
export type { Passwords, Verification, WaitOptions } from "./passwords/passwords.ts";
export type { PepperOptions } from "./passwords/pepper.ts";
export { type BcryptOptions, bcrypt } from "./schemes/bcrypt.ts";
export type { ForeignHash, HashScheme } from "./schemes/scheme.ts";
export { scrypt } from "./schemes/scrypt.ts";
