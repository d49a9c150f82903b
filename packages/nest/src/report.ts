import { Logger } from "@nestjs/common";

const logger = new Logger("SessionModule");

/** Logs a failed save that no exception filter gets to see, since a response was being streamed. */
export function report(error: unknown): void {
  logger.error(error);
}
