/** Between the run and a server's process. */
export type Question = "usage" | "allocated" | "stop";

export interface Usage {
  /** Microseconds of CPU that the process has used so far, user and system. */
  readonly cpu: number;
}

export type Answer = { readonly port: number } | Usage | { readonly allocated: number };
