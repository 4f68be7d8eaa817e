import type { RequestRecord } from "../http/request-log.ts";

/** What happens to a request that a fault hits. */
export type FaultEffect =
  | {
      kind: "status";
      status: number;
      retryAfterSeconds?: number | undefined;
      /** Text as it stands, anything else as JSON; the product's envelope when absent. */
      body?: unknown;
      contentType?: string | undefined;
    }
  /** The connection goes before the server acted. */
  | { kind: "drop-before" }
  /** The server acts, then the connection goes without an answer. */
  | { kind: "drop-after" }
  /** The server acts and sends half of the body under the full content-length. */
  | { kind: "truncate" }
  | { kind: "delay"; ms: number }
  | { kind: "hang" }
  /** 302 by default. */
  | { kind: "redirect"; location: string; status?: number | undefined }
  /** 200 with a JSON body of this size, in chunks. */
  | { kind: "oversize"; bytes: number }
  /** Values are answered as hidden. */
  | { kind: "hide-values" }
  /** Keys are silently left out of lists. */
  | { kind: "omit"; keys: string[] }
  /** Secret writes answer `{approval}` and change nothing (contract §13). */
  | { kind: "approval" }
  /** Every token issued so far counts as expired, from the hit request on. */
  | { kind: "expire-tokens" }
  /** Called right before the request is handled. */
  | { kind: "run"; action: () => void | Promise<void> };

export interface FaultMatch {
  method?: string | undefined;
  /** A prefix of the path, or an expression tested on the path; the path has no query. */
  path?: string | RegExp | undefined;
  /** 1-based among the matching requests since the fault was set. @default 1 */
  nth?: number | undefined;
  /** How many matching requests in a row, from the n-th, are hit. @default 1 */
  times?: number | undefined;
}

/** One fault switch. */
export type Fault = FaultMatch & FaultEffect;

/** The faults of one server and how often each has matched. */
export class FaultBox {
  #active: { fault: Fault; matches: number }[] = [];

  add(fault: Fault): void {
    this.#active.push({ fault, matches: 0 });
  }

  clear(): void {
    this.#active = [];
  }

  /** Counts the request and returns the faults that hit it. */
  hit(request: Pick<RequestRecord, "method" | "path">): Fault[] {
    const hits: Fault[] = [];
    for (const entry of this.#active) {
      if (!isMatch(entry.fault, request)) continue;
      entry.matches += 1;
      const first = entry.fault.nth ?? 1;
      if (entry.matches >= first && entry.matches < first + (entry.fault.times ?? 1)) hits.push(entry.fault);
    }
    return hits;
  }
}

function isMatch({ method, path }: FaultMatch, request: Pick<RequestRecord, "method" | "path">): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (path === undefined) return true;
  // search, unlike test, does not move the lastIndex of a global expression
  return typeof path === "string" ? request.path.startsWith(path) : request.path.search(path) >= 0;
}

/** The first fault of a kind among those that hit a request. */
export function findFault<K extends Fault["kind"]>(faults: readonly Fault[], kind: K) {
  return faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
}
