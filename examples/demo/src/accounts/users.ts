export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly isAdmin: boolean;
}

/** Whom the demo begins with. The passwords are shown on the login page: this is a demo. */
export const demoUsers: ReadonlyArray<User & { readonly password: string }> = [
  {
    id: "alice",
    name: "Alice",
    email: "alice@cloakroom.example",
    isAdmin: false,
    password: "a camel coat, lined",
  },
  {
    id: "bob",
    name: "Bob",
    email: "bob@cloakroom.example",
    isAdmin: false,
    password: "felt hats in a row",
  },
  {
    id: "admin",
    name: "Admin",
    email: "admin@cloakroom.example",
    isAdmin: true,
    password: "keys to every locker",
  },
];

/** The admin's second factor, shown where it is asked for. A real one is a passkey, or codes of an app (RFC 6238). */
export const ADMIN_PIN = "2580";
