/** Between the run and a server's process. */
export type Question =
  | "usage"
  | "allocated"
  | "stop"
  /** Begins a profile that goes into this file once it is `"profiled"`. */
  | { readonly profile: string }
  | "profiled";

export interface Usage {
  /** Microseconds of CPU that the process has used so far, user and system. */
  readonly cpu: number;
}

export type Answer = { readonly port: number } | Usage | { readonly allocated: number } | "done";
