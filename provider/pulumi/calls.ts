/** Pulumi's dynamic provider calls, translated to those of our resources. */

import { describeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { UNKNOWN } from "../marked-values.ts";
import { oneLine } from "../printable.ts";
import { given } from "../resources/given.ts";
import { type Context, PartialRunError, type Properties, resources } from "../resources/index.ts";
import type { Shared } from "../resources/process.ts";
import { type PulumiConfig, readPulumiConfig } from "./config.ts";

/** Where the SDK keeps the closure among a resource's properties. */
const PROVIDER = "__provider";

type Call = (config: PulumiConfig, ...args: never[]) => Promise<unknown>;

/** Runs one call of Pulumi's dynamic provider on a kind of resource. */
export type ProviderCall = (
  kind: keyof typeof resources,
  method: string,
  config: PulumiConfig,
  args: unknown[],
) => Promise<unknown>;

/** Of a process that is the provider's own, unless it says otherwise. @param print shows a line to the user, under the resource */
export const createCall =
  (
    shared: Shared,
    environment: Context["environment"] = process.env,
    print = (line: string) => console.log(line),
  ): ProviderCall =>
  async (kind, method, config, args) => {
    // A check and the run that follows find the same.
    const log = (line: string) => shared.isToldFirst(`line ${oneLine(line)}`) && print(oneLine(line));
    const context = (config: PulumiConfig): Context => ({
      config: readPulumiConfig(config, environment),
      environment,
      log,
      now: () => new Date(),
      shared,
    });
    const methods: Record<string, Call> = methodsOf(resources[kind], context);
    const run = lookUp(methods, method);
    if (!run) throw new Error(`No such call: ${method}`);
    try {
      return await run(config, ...(args as never[]));
    } catch (error) {
      throw forPulumi(error, args);
    }
  };

function methodsOf(
  resource: (typeof resources)[keyof typeof resources],
  context: (config: PulumiConfig) => Context,
) {
  return {
    async check(config: PulumiConfig, olds: Properties, news: Properties) {
      const before = Object.keys(olds).length > 0 ? withoutProvider(olds) : undefined;
      const settings = orFailures(() => context(config));
      if ("failures" in settings) return refused(settings.failures);
      const checked = await resource.check(before, given(withoutProvider(news)), settings, UNKNOWN);
      if ("failures" in checked) return refused(checked.failures);
      if (checked.planned) settings.log(await checked.planned());
      return { inputs: checked.inputs };
    },
    async diff(config: PulumiConfig, id: string, olds: Properties, news: Properties) {
      const before = withoutProvider(olds);
      const after = withoutProvider(news);
      const replaces = resource.replaces(before, after);
      if (replaces.length > 0) return { replaces };
      if (!resource.hasChanged(before, after)) {
        await resource.keep(id, after, context(config));
        return { changes: false };
      }
      // Anything but "no change" leaves the comparison to Pulumi, which shows it key by key. A program may ask it for a
      // replacement.
      return resource.deletesFirst(before, after) ? { deleteBeforeReplace: true } : {};
    },
    async create(config: PulumiConfig, inputs: Properties) {
      const { id, outputs } = await resource.create(withoutProvider(inputs), context(config));
      return { id, outs: outputs };
    },
    async read(config: PulumiConfig, id: string, olds: Properties) {
      const found = await resource.read(id, withoutProvider(olds), context(config));
      // Without an id it counts as deleted.
      return found ? { id, props: found.outputs, inputs: found.inputs } : { id: "", props: {} };
    },
    async update(config: PulumiConfig, id: string, olds: Properties, news: Properties) {
      return {
        outs: await resource.update(id, withoutProvider(olds), withoutProvider(news), context(config)),
      };
    },
    async delete(config: PulumiConfig, id: string, olds: Properties) {
      await resource.delete(id, withoutProvider(olds), context(config));
    },
  };
}

/** Pulumi prints the value of a property that a failure names, secret or not; so none is named. */
const refused = (failures: readonly string[]) => ({
  failures: failures.map((reason) => ({ property: "", reason })),
});

function withoutProvider(properties: Properties): Properties {
  const { [PROVIDER]: _closure, ...rest } = properties;
  return rest;
}

function orFailures<T>(make: () => T): T | { failures: string[] } {
  try {
    return make();
  } catch (error) {
    return { failures: [describeError(error)] };
  }
}

/**
 * An error in the form the SDK passes on. Before it does, it prints the error and its stack: with these two
 * texts the user is told everything once, at the resource. The closure is added to a partial state, since that
 * is the one path on which the SDK does not.
 */
function forPulumi(error: unknown, args: readonly unknown[]): Error {
  const shown = new Error(describeError(error));
  shown.toString = () => "external-infisical";
  shown.stack = "the error is told with its resource";
  if (!(error instanceof PartialRunError)) return shown;
  const inputs = args.at(-1) as Properties;
  return Object.assign(shown, {
    id: error.id,
    properties: { ...error.outputs, [PROVIDER]: inputs[PROVIDER] },
    reasons: error.reasons,
  });
}
