/** What no engine can do without, and whoever calls has to give: told in the same words by both. */
import { EngineError, type OperationOptions } from "./engine.ts";

const PASSPHRASE =
  "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to the path of a file that has it (the first wins)";

const BACKEND =
  "PULUMI_BACKEND_URL=file:///path/of/a/folder, `backend:` in a syncs.yaml, `backend.url` in a Pulumi.yaml, or `pulumi login` with the Pulumi CLI";

export const noPassphrase = (): EngineError =>
  new EngineError(
    "wrong-passphrase",
    "The stack's secrets cannot be encrypted or read: no passphrase is set.",
    {
      hint: `Set ${PASSPHRASE}. For a new stack choose any, 16 characters or more, and keep it.`,
    },
  );

export const wrongPassphrase = (): EngineError =>
  new EngineError(
    "wrong-passphrase",
    "The stack's secrets cannot be read: the passphrase that is set is not the one that they were encrypted with.",
    {
      hint: `Set ${PASSPHRASE}, to the one that the stack was made with; nothing else opens its secrets. Is it the stack that you mean (--stack, PULUMI_BACKEND_URL)?`,
    },
  );

export const noBackend = (): EngineError =>
  new EngineError("invalid-config", "No backend is set: nothing says where the stack's state is kept.", {
    hint: `Set one of these: ${BACKEND}.`,
  });

/** A destruction of some resources would take what the others depend on. @throws EngineError `unsupported` */
export function refuseTargets({ targets }: OperationOptions): void {
  if (targets !== undefined)
    throw new EngineError("unsupported", "A destruction is of the whole stack, and not of some resources.", {
      hint: "Leave out of the program what is to go, and deploy.",
    });
}

/** @param url of what is no folder, and where the CLI is not logged in */
export function unusableBackend(url: string, cause?: unknown): EngineError {
  const told = withoutUser(url);
  return /^https?:/.test(url)
    ? new EngineError("invalid-config", `The Pulumi CLI is not logged in at the backend ${told}.`, {
        hint: "Set PULUMI_ACCESS_TOKEN, or log in with `pulumi login`; or name another backend in PULUMI_BACKEND_URL.",
        cause,
      })
    : new EngineError("invalid-config", `The backend ${told} is of no kind that Pulumi knows.`, {
        hint: `Write it like file:///path/of/a/folder, s3://bucket or https://api.pulumi.com, in one of these: ${BACKEND}.`,
        cause,
      });
}

/** A URL as it may be printed. */
export const withoutUser = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");
