import { diag } from "@opentelemetry/api";

/** Does what may fail without anybody missing it: what is measured comes first. The failure goes where OpenTelemetry's own go. */
export function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    try {
      diag.error("coatcheck: a measurement failed", error);
    } catch {
      // Then nobody can be told.
    }
    return undefined;
  }
}
