export { CsrfError } from "./csrf/error.ts";
export { csrfField } from "./csrf/field.ts";
export { type CsrfRequest, csrfTokenOf } from "./csrf/request.ts";
export { assertCsrf, csrfToken, verifyCsrf } from "./csrf/token.ts";
