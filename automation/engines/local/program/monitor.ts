/** pulumirpc.ResourceMonitor: what the program asks of the engine. */

import { isEqual } from "../../../../provider/resources/properties.ts";
import { ROOT_TYPE, typeOf } from "../../urn.ts";
import { fromProgram, type PropertyMap, type PropertyValue } from "../../values.ts";
import type { Handler, ResourceMessages } from "../protocol/sdk.ts";
import type { Entry } from "../state/snapshot.ts";
import { finish } from "../steps/apply.ts";
import { readGoal, UnsupportedError } from "../steps/goal.ts";
import { register, urnOf } from "../steps/register.ts";
import { failStep, PARALLEL, type Run, StepError, throwIfStopped } from "../steps/run.ts";
import { isTarget } from "../steps/targets.ts";

export interface Monitor {
  handlers: Record<string, Handler>;
  /** Resolves when no request is being worked on. */
  idle(): Promise<void>;
}

/** `onProgramDone` runs when the program says that it has registered everything. */
export function createMonitor(run: Run, onProgramDone: () => Promise<void>): Monitor {
  const running = new Set<Promise<unknown>>();
  /** A request that fails tells why as a diagnostic; the program then gets no answer that it would go on from. */
  const on =
    <Request, Response>(handle: (request: Request) => Promise<Response> | Response): Handler =>
    (request: Request) => {
      const work = (async () => {
        try {
          return await handle(request);
        } catch (error) {
          if (!(error instanceof StepError)) failStep(run, "", error);
          throw new Error("the local engine is shutting down");
        }
      })();
      running.add(work);
      work.catch(() => {}).finally(() => running.delete(work));
      return work;
    };
  const refuse = (what: string) =>
    on(() => {
      throw new UnsupportedError(`The program uses ${what}`);
    });

  return {
    handlers: {
      getDeploymentInfo: on(() => deploymentInfo(run)),
      supportsFeature: on((request: ResourceMessages.SupportsFeatureRequest) =>
        new run.sdk.resource.SupportsFeatureResponse().setHassupport(FEATURES.includes(request.getId())),
      ),
      registerResource: on(async (request: ResourceMessages.RegisterResourceRequest) => {
        throwIfStopped(run);
        const goal = readGoal(run.sdk, request, run.folder);
        const response = new run.sdk.resource.RegisterResourceResponse();
        try {
          const state = await register(run, goal);
          response.setUrn(state.urn).setId(state.id ?? "");
          // To older SDKs than know of it, what is not there is undefined.
          response.setUnknown?.(run.skipped.has(state.urn));
          return response.setObject(run.sdk.toStruct(state.outputs ?? state.inputs ?? {}));
        } catch (error) {
          if (run.stop.signal.aborted || !(error instanceof StepError)) throw error;
          response.setUrn(urnOf(run, goal));
          // A preview goes on with what depends on it, so that all problems are told.
          if (run.isPreview) return response.setObject(run.sdk.toStruct(goal.inputs));
          // The program is told, and goes on without it.
          return response.setResult(run.sdk.resource.Result.FAIL);
        }
      }),
      registerResourceOutputs: on((request: ResourceMessages.RegisterResourceOutputsRequest) => {
        const urn = request.getUrn();
        const outputs = fromProgram(run.sdk.fromStruct(request.getOutputs()));
        if (typeOf(urn) === ROOT_TYPE) run.stackOutputs = { urn, outputs };
        else {
          throwIfStopped(run);
          recordOutputs(run, urn, outputs);
        }
        return run.sdk.empty();
      }),
      invoke: on((request: ResourceMessages.ResourceInvokeRequest) => {
        if (request.getTok() !== "pulumi:pulumi:getResource") {
          throw new UnsupportedError(`The program calls the function ${request.getTok()}`);
        }
        const found = getResource(run, run.sdk.fromStruct(request.getArgs())["urn"]);
        return new run.sdk.resource.ResourceInvokeResponse().setReturn(run.sdk.toStruct(found));
      }),
      signalAndWaitForShutdown: on(async () => {
        await onProgramDone();
        return run.sdk.empty();
      }),
      readResource: on((request: ResourceMessages.ReadResourceRequest) => {
        throw new UnsupportedError(
          `The program reads the existing resource ${request.getType()} "${request.getName()}"`,
        );
      }),
      existsResource: refuse("existsResource"),
      call: refuse("a resource's method"),
      registerStackTransform: refuse("transforms"),
      registerStackInvokeTransform: refuse("transforms"),
      registerResourceHook: refuse("hooks"),
      registerErrorHook: refuse("hooks"),
      registerPackage: refuse("a package"),
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

const FEATURES = ["secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith"];

function deploymentInfo(run: Run): ResourceMessages.DeploymentInfo {
  const { DeploymentInfo, ResourceMonitorFeature: feature } = run.sdk.resource;
  const info = new DeploymentInfo();
  info.setProject(run.project).setStack(run.stack).setOrganization("organization");
  info.setDryrun(run.isPreview).setParallel(PARALLEL);
  for (const [key, value] of run.config.values) info.getConfigMap().set(key, value);
  info.setConfigsecretkeysList([...run.config.secretKeys]);
  return info.setSupportedfeaturesList([
    feature.RESOURCE_MONITOR_FEATURE_SECRETS,
    feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    // Not supported, but whoever uses them is told so in words of ours.
    feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    feature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    feature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    feature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    feature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
  ]);
}

/**
 * Takes over the stack's outputs. After a failure a missing one may only not have been reached: then those of the
 * last time stay.
 */
export function recordStackOutputs(run: Run): void {
  // Those of a preview that goes on after a failure may be of what failed.
  if (!run.stackOutputs || (run.isPreview && run.failure)) return;
  const { urn, outputs } = run.stackOutputs;
  const before = run.failure ? (run.olds.get(urn)?.state.outputs ?? {}) : {};
  recordOutputs(run, urn, { ...before, ...outputs });
}

function recordOutputs(run: Run, urn: string, outputs: PropertyMap): void {
  if (!isTarget(run, urn)) return;
  const entry = run.news.get(urn);
  if (!entry) throw new Error(`outputs of ${urn}, which is not registered`);
  const { state } = entry;
  const next = { ...state, outputs: finish(state, outputs) };
  entry.state = next;
  if (!isEqual(next.outputs, state.outputs ?? {})) run.snapshot.save();
  const step = run.steps.get(urn);
  if (step) run.events.outputs({ ...step, new: next });
}

/** How the SDK turns a reference back into a resource. */
function getResource(run: Run, urn: PropertyValue | undefined): PropertyMap {
  const key = typeof urn === "string" ? urn : "";
  const entry: Entry | undefined = run.news.get(key) ?? run.olds.get(key);
  if (!entry) throw new Error(`unknown resource ${key}`);
  return { urn: key, id: entry.state.id ?? "", state: entry.state.outputs ?? {} };
}
