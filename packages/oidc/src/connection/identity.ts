/** Who somebody is at an identity provider. A subject alone says nothing: another provider gives the same one to somebody else. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** The provider's own session (`sid`), where it tells. */
  readonly sid?: string | undefined;
}

/** Whom a provider has signed out: one of its sessions, or all of a user's. */
export type SignedOut = { readonly issuer: string } & (
  | { readonly subject: string; readonly sid?: string | undefined }
  | { readonly subject?: undefined; readonly sid: string }
);
