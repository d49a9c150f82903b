export { sessionEventNames } from "./session-event-names.ts";
