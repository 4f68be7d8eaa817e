import { describe, expect, it } from "vitest";
import { BridgeError } from "../errors.ts";
import { PartialRunError } from "../resources/index.ts";
import { bridgedMessage, diagnosticMessage, problemsOf, RefusedError } from "./diagnostics.ts";
import { secretSync } from "./resources/secret-sync.ts";

const { attributes, pathOf } = secretSync;
const told = (error: unknown) => problemsOf(error, attributes, pathOf);

describe("diagnostics", () => {
  it("point at the attribute and end with the hint", () => {
    const error = new BridgeError("too-many-deletes", "Too many.", {
      path: "syncOptions.maxDeletes",
      hint: "Raise syncOptions.maxDeletes.",
    });
    expect(told(error)).toEqual([
      {
        severity: "error",
        summary: "Too many deletes",
        detail: "Too many.\n\nRaise sync_options.max_deletes.",
        path: ["sync_options", "max_deletes"],
      },
    ]);
  });

  it("find what comes from the connection there", () => {
    const [problem] = told(new RefusedError(["machineIdentityClientSecret: refused"]));
    expect(problem?.path).toEqual(["destination_connection", "machine_identity_client_secret"]);
    expect(problem?.detail).toBe("machine_identity_client_secret: refused");
  });

  it("have no path where the schema has none", () => {
    expect(told(new RefusedError(["Cannot reach it: no route"]))[0]?.path).toBeUndefined();
    expect(told(new BridgeError("unreachable", "x", { path: "host" }))[0]?.path).toBeUndefined();
  });

  it("tell every reason of a run that stopped half-way", () => {
    const error = new PartialRunError("id", {}, ["1 of 3", "not done: create B"], new Error("x"));
    expect(told(error)[0]?.detail).toBe("1 of 3\nnot done: create B");
  });

  it("speak of plans where the engine speaks of previews", () => {
    const error = new BridgeError("plan-changed", "Changed.", { hint: "Preview again." });
    expect(told(error)[0]?.detail).toContain("Run the plan again");
  });

  it("go on the wire with severity and path", () => {
    expect(diagnosticMessage({ severity: "warning", summary: "s", detail: "d", path: ["a", "b"] })).toEqual({
      severity: 2,
      summary: "s",
      detail: "d",
      attribute: { steps: [{ attribute_name: "a" }, { attribute_name: "b" }] },
    });
  });

  it("speak to Pulumi's bridge by its names, and so that a warning begins with its summary", () => {
    const problem = {
      summary: "About this sync",
      detail: "set remove_secrets_on_delete, not some_key, at destination_connection",
    };
    const detail = "set removeSecretsOnDelete, not some_key, at destinationConnection";
    expect(bridgedMessage({ ...problem, severity: "error" })).toMatchObject({
      summary: "About this sync",
      detail,
    });
    expect(bridgedMessage({ ...problem, severity: "warning" })).toMatchObject({
      summary: "",
      detail: `About this sync: ${detail}`,
    });
    const path = ["sync_options", "max_deletes"];
    expect(bridgedMessage({ severity: "error", summary: "s", detail: "too many", path })).toEqual({
      severity: 1,
      summary: "s",
      detail: "syncOptions.maxDeletes: too many",
    });
  });
});
