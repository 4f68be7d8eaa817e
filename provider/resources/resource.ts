import type { BridgeError, ErrorCode } from "../errors.ts";
import type { ConnectionArgs, ProviderConfig } from "../schema.ts";
import type { Shared } from "./process.ts";

/** What an adapter gives to every call of a resource. */
export interface Context {
  config: ProviderConfig;
  environment: Readonly<Record<string, string | undefined>>;
  /** Shows a line to the user, under the resource. Never receives a secret. */
  log: (line: string) => void;
  now: () => Date;
  shared: Shared;
  /**
   * Ids on record, where the tool tells them: an object of the instance with one of them is this deployment's own. Where
   * its like is to be made, it is to be replaced, and will be gone by then.
   */
  recorded?: Pick<ReadonlySet<string>, "has">;
}

export type Properties = Record<string, unknown>;

/** Properties that are known by name. Their values are as they were written: not known yet, or not right, they may be. */
export type Written<Name extends string> = { readonly [Each in Name]?: unknown };

/** What may stand in the inputs of a connection, and so in its outputs. */
export type ConnectionProperties = Written<keyof ConnectionArgs | "connectionId" | "organization">;

/** Inputs as an adapter should record them, or why they cannot be. */
export type Checked =
  | {
      inputs: Properties;
      /** What the run will do, in a line: for a tool that shows inputs only to who asks for them. May ask for names. */
      planned?: () => Promise<string>;
    }
  | {
      failures: string[];
      /** Of the one that came up when the run was planned. */
      code?: ErrorCode;
    };

/** A resource, free of any framework: adapters translate their calls to these. */
export interface Resource {
  /**
   * Validates inputs and adds what is planned. `olds` are the inputs of the last deployment.
   *
   * @param unknown what stands for a value that is not known yet; it is also used in the answer
   */
  check(olds: Properties | undefined, news: Properties, context: Context, unknown: unknown): Promise<Checked>;
  /** True where an update is needed; compares outputs of the last deployment with new inputs. */
  hasChanged(olds: Properties, news: Properties): boolean;
  /** Names of the inputs whose change needs a new resource; none where an update will do. */
  replaces(olds: Properties, news: Properties): string[];
  /** True where a new resource cannot be made beside the old one, which has its name. */
  deletesFirst(olds: Properties, news: Properties): boolean;
  /** The tool leaves the resource in its place. @throws BridgeError where a new one was to have it */
  keep(id: string, news: Properties, context: Context): Promise<void>;
  create(inputs: Properties, context: Context): Promise<{ id: string; outputs: Properties }>;
  update(id: string, olds: Properties, news: Properties, context: Context): Promise<Properties>;
  /** What is there now: outputs, and the inputs that would leave it so. Undefined where it is gone. */
  read(
    id: string,
    olds: Properties,
    context: Context,
  ): Promise<{ outputs: Properties; inputs: Properties } | undefined>;
  delete(id: string, olds: Properties, context: Context): Promise<void>;
}

/** A run stopped half-way: adapters keep `outputs` as the state and show `reasons`. */
export class PartialRunError extends Error {
  // Hidden from everything that prints an error: a connection's client secret is among them.
  readonly #outputs: Properties;
  readonly reasons: readonly string[];
  /** Set where a resource is new: without it nothing would be recorded. */
  readonly id: string;
  declare readonly cause: BridgeError | Error;

  constructor(id: string, outputs: Properties, reasons: readonly string[], cause: unknown) {
    super(reasons.join("\n"), { cause });
    this.name = "PartialRunError";
    this.id = id;
    this.#outputs = outputs;
    this.reasons = reasons;
  }

  /** The state so far. */
  get outputs(): Properties {
    return this.#outputs;
  }
}
