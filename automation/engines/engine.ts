/**
 * The one interface through which stacks are run. Implementations: the Pulumi CLI (pulumi-cli/) and the local
 * engine (local/). Results, events, outputs and state have the Automation API's own shapes.
 */
import type {
  ConfigMap,
  ConfigValue,
  Deployment,
  DestroyResult,
  EngineEvent,
  OutputMap,
  PreviewResult,
  PulumiFn,
  RefreshResult,
  UpResult,
} from "@pulumi/pulumi/automation/index.js";
import type { DeclaredFolder } from "../../provider/resources/declared-folders.ts";
import { resourceName } from "./urn.ts";

export type {
  ConfigMap,
  ConfigValue,
  Deployment,
  DestroyResult,
  EngineEvent,
  OutputMap,
  PreviewResult,
  PulumiFn,
  RefreshResult,
  UpResult,
};

/**
 * A program of this process.
 *
 * @param targets URNs of the only resources that the operation is about; undefined for all
 */
export type StackProgram = (targets?: readonly string[]) => ReturnType<PulumiFn>;

/** One stack to run: a folder with Pulumi.yaml, or an inline program. */
export interface StackSource {
  stack: string;
  /** The folder with Pulumi.yaml; for an inline program the folder of its project settings and state. */
  workDir: string;
  /** An inline program, run in this process. Absent: the folder's own program. */
  program?: StackProgram;
  /**
   * Folders of the program's syncs, where they are known before it runs: those of one environment are looked at together.
   * Of the syncs with these URNs, if some are given.
   */
  folders?: (urns?: readonly string[]) => readonly DeclaredFolder[];
  /** The project of an inline program whose folder has no Pulumi.yaml. */
  projectName?: string;
  /** `file://…`. Default: PULUMI_BACKEND_URL, then `backend.url` of Pulumi.yaml, then where the CLI is logged in. */
  backendUrl?: string;
  /** Set on the stack when it is opened; a key without a namespace belongs to the project. */
  config?: ConfigMap;
  /** What the stack is opened for. Default: `deploy`. */
  use?: StackUse;
  /** Added to the engine's environment: PULUMI_CONFIG_PASSPHRASE, PULUMI_BACKEND_URL, what the program reads, … */
  envVars?: Record<string, string>;
}

/**
 * `deploy` creates a stack that there is not; `change` refuses it. `preview` and `look` write nothing: configuration holds
 * as long as the stack is open, and where there is no such stack `preview` takes it for an empty one, `look` refuses it.
 */
export type StackUse = "deploy" | "change" | "preview" | "look";

export interface OperationOptions {
  /** What the CLI would print while it runs, in pieces. */
  onOutput?: (text: string) => void;
  /** Each engine event, in order. */
  onEvent?: (event: EngineEvent) => void;
  /** Aborting lets the steps in flight end, keeps the state and rejects with code `cancelled`. */
  signal?: AbortSignal;
  /** Refresh the state first (preview, up and destroy). */
  refresh?: boolean;
  /** Reject with code `unexpected-changes` if the operation would change, or has changed, anything. */
  expectNoChanges?: boolean;
  /** Of a preview: keep what it finds, so that an update can be held to it. The answer then has a `plan`. */
  bind?: boolean;
  /** Of an update: do what a preview with `bind` has found, else reject with code `plan-changed`. */
  plan?: BoundPlan;
  /**
   * Of an update or a destruction: after a resource has failed go on with those that do not depend on it. It still
   * rejects.
   */
  continueOnError?: boolean;
  /**
   * Of all but a destruction, which is refused with them: URNs of the only resources that anything is done about. The others are neither checked nor
   * read, made nor deleted, and stay in the state as they are; a target that needs one which is not there fails.
   */
  targets?: readonly string[];
  /** Folders of Pulumi policy packs that check a preview or an update. The local engine refuses them. */
  policyPacks?: readonly string[];
  /** Recorded in the stack's history. */
  message?: string;
}

/** What a preview has found, for an update by the same open stack. Disposing it removes what is kept. */
export interface BoundPlan extends AsyncDisposable {
  readonly engine: Engine["kind"];
}

/** A resource of a program. */
export interface Declared {
  urn: string;
  /** URNs of what it needs: what it depends on, and its parent. */
  needs: readonly string[];
}

export interface Engine {
  readonly kind: "pulumi" | "local";
  readonly version: string;
  /** Selects the stack; what if there is none of that name, `use` says. */
  openStack(source: StackSource): Promise<StackHandle>;
}

/** An open stack. Failed operations reject with an {@link EngineError}. */
export interface StackHandle {
  readonly name: string;
  /** Opening it has made it. */
  readonly isNew: boolean;
  /** URNs of what a file declares, in its order; a program has none but that in which it registers. */
  readonly order?: readonly string[];
  /** Folders that may be looked at together, as its source tells; absent where they are not known, or may not be. */
  readonly folders?: StackSource["folders"];
  /** What the program declares. It is run for that, and no resource is looked at. */
  declared(options?: Pick<OperationOptions, "signal">): Promise<readonly Declared[]>;
  preview(options?: OperationOptions): Promise<PreviewResult & { plan?: BoundPlan }>;
  up(options?: OperationOptions): Promise<UpResult>;
  refresh(options?: OperationOptions): Promise<RefreshResult>;
  destroy(options?: OperationOptions): Promise<DestroyResult>;
  outputs(): Promise<OutputMap>;
  exportStack(): Promise<Deployment>;
  importStack(state: Deployment): Promise<void>;
  getAllConfig(): Promise<ConfigMap>;
  setConfig(key: string, value: ConfigValue): Promise<void>;
  setAllConfig(config: ConfigMap): Promise<void>;
  removeConfig(key: string): Promise<void>;
  /** Who holds the stack, a line for each lock; undefined where the engine cannot tell. */
  locks(): Promise<readonly string[] | undefined>;
  /** Removes the locks that other processes hold on the stack, as `pulumi cancel` does. */
  cancel(): Promise<void>;
  /** Removes the stack and its settings file; refused while it has resources. */
  remove(): Promise<void>;
}

/** Told of a target. @param needs the URN of what is neither there nor a target itself */
export const needsMoreText = (needs: string): string =>
  `it needs "${resourceName(needs)}", which has not been deployed yet and was not named (--sync ${resourceName(needs)})`;

/** The refusal of a stack that there is not. @param others those that there are */
export const noSuchStack = (stack: string, project: string, others: readonly string[]): EngineError =>
  new EngineError("invalid-config", `There is no stack "${stack}" of the project "${project}".`, {
    hint:
      others.length > 0
        ? `There are: ${others.join(", ")}. Name one of them with --stack.`
        : "Make it with `external-infisical up`, or set PULUMI_BACKEND_URL to where it is kept.",
  });

/** Why an operation was refused or failed; callers branch on it. */
export type EngineErrorCode =
  /** Something this engine does not do (a package, a state version, a secrets provider, an option, …). */
  | "unsupported"
  /** Project or stack settings are missing or wrong. */
  | "invalid-config"
  /** What is named is not there. */
  | "not-found"
  /** The passphrase is missing or wrong. */
  | "wrong-passphrase"
  /** The state cannot be read, or is not what it claims to be. */
  | "invalid-state"
  /** Another process is working on the stack. */
  | "locked"
  /** The program itself failed. */
  | "program-failed"
  /** A resource failed (check, create, update, delete, read). */
  | "resource-failed"
  /** `expectNoChanges` was given, and there were some. */
  | "unexpected-changes"
  /** A plan file that is not genuine, too old, or of another stack. */
  | "invalid-plan"
  /** What is found is not what was planned. */
  | "plan-changed"
  /** A mandatory policy forbids it. */
  | "policy-violation"
  /** `remove` of a stack that still has resources. */
  | "not-empty"
  | "cancelled"
  /** Stopped by its deadline. */
  | "timed-out"
  /** The engine itself could not be started or broke down. */
  | "engine-failed";

/** One message of a failed operation. */
export interface Diagnostic {
  severity: "info" | "info#err" | "warning" | "error";
  message: string;
  urn?: string;
}

/** A failed or refused operation: what happened, every warning and error of it, and what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  readonly hint: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What the operation printed until then. */
  readonly stdout: string;
  readonly stderr: string;

  constructor(
    code: EngineErrorCode,
    message: string,
    detail: {
      hint?: string | undefined;
      diagnostics?: readonly Diagnostic[];
      stdout?: string;
      stderr?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
    this.diagnostics = detail.diagnostics ?? [];
    this.stdout = detail.stdout ?? "";
    this.stderr = detail.stderr ?? "";
  }
}
