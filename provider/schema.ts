/**
 * The arguments of both resources and of the provider, described once: types and their TSDoc, validation, option tables
 * and every adapter's schema come from here. Rules are those of Infisical's own API (control-plane §1.3, §2, §3).
 */
import { z } from "zod";
import { accessToken, clientId, clientSecret, connectionAuth, sourceAuth } from "./auth-schema.ts";
import { folderGlob, keyGlob } from "./globs.ts";
import { originOf } from "./hosts.ts";
import { FOLDER_NAMES, normalPath, normalProjectId } from "./normal-place.ts";
import { strictObject, tellUnknown } from "./unknown-names.ts";

/** Recorded states of other versions may have more than there is; what users write may not, and is read with `strict()`. */
const settings = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape, { error: tellUnknown });

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const slug = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(SLUG, "must be lower-case letters, digits and single hyphens between them");

const description = z.string().trim().max(256).optional();

/** Folder path; empty parts and slashes at its end are dropped, as servers do. */
const secretPath = z
  .string()
  .trim()
  .min(1)
  .regex(/^\//, "must start with /")
  .regex(
    FOLDER_NAMES,
    "must be names of folders, of letters, digits, hyphens and underscores, with / between them",
  )
  .transform(normalPath);

const projectId = z.string().trim().min(1).transform(normalProjectId);

/** Base URL of an instance, as browsers write it; a trailing `/` or `/api` is removed, and a host's root dot. */
export const instanceUrl = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .transform((text, issues) => {
    const url = URL.parse(text);
    const problem =
      url === null || !/^https?:$/.test(url.protocol) ? "must be an http or https URL" : undefined;
    const carries = url?.username || url?.password || /[?#]/.test(text);
    const message = problem ?? (carries ? "must not carry credentials, a query or a fragment" : undefined);
    if (url === null || message !== undefined) {
      // Without `input`: what is refused may hold a password.
      issues.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    return originOf(url) + url.pathname.replace(/\/+$/, "").replace(/\/api$/, "");
  });

const allowInsecureHttp = z.boolean().default(false).meta({
  description:
    "Allow `http://` to a host that is not this machine; credentials and secrets then travel unencrypted. Without it, such a URL is refused with `insecure-url`.",
});

const EXECUTIONS = ["engine", "native"] as const;

/** Who runs a sync: this package during a deployment, or the source instance by its own sync. */
export type Execution = (typeof EXECUTIONS)[number];

const ON_UNREACHABLE = ["fail", "skip"] as const;

/** What is done about a destination whose instance does not answer. */
export type OnUnreachable = (typeof ON_UNREACHABLE)[number];

/** What this package alone needs to know of an argument: zod's own registry has what everybody may read. */
export interface ArgumentFacts {
  /** It decides nothing about the keys that a run writes, and so may be unknown where it is planned. */
  decidesKeys?: false;
  /** Only the instance's own execution knows it. */
  execution?: "native";
  /** What only the engine does: with that value, or with any, an instance would do something else, and why that is so. */
  engine?: { value?: string | true; because: string };
  /** Only Pulumi has it. */
  terraform?: false;
}

export const argumentFacts = z.registry<ArgumentFacts>();

const UNPLANNED = { decidesKeys: false } as const;
const NATIVE = { execution: "native" } as const;
const nativeOnly = (text: string) => ({ description: `${text} \`native\` execution only.` });
const engineOnly = (value: string | true | undefined, because: string) => ({
  engine: { ...(value !== undefined && { value }), because },
});

/** How many of the keys at a destination a run may delete. */
export const deletionLimit = (maxDeletes: number | string, present: number): number =>
  typeof maxDeletes === "number" ? maxDeletes : Math.floor((present * Number.parseInt(maxDeletes, 10)) / 100);

/** Arguments of `ExternalInfisicalConnection`. */
export const connectionArgs = settings({
  name: slug(64).meta({
    description:
      "Name of the connection: lower-case letters, digits and single hyphens, at most 64 characters. It also names the connection's client secret in configuration and environment.",
  }),
  description: description.meta({ description: "What the connection is for; at most 256 characters." }),
  instanceUrl: instanceUrl.meta({
    description:
      "Base URL of the instance to connect to, for example `https://infisical.example.com`. A trailing `/` or `/api` is removed. Syncs that use the connection do not take a changed URL as a new destination.",
  }),
  machineIdentityClientId: clientId.optional().meta({
    description:
      "Client ID (a UUID) of the Universal Auth of a machine identity on that instance. This or `auth` is needed.",
  }),
  machineIdentityClientSecret: clientSecret.optional().meta({
    description:
      "Client secret of that identity. Left out, it is taken from the secret configuration `connectionSecrets` or from the environment variable `EXTERNAL_INFISICAL_<NAME>_CLIENT_SECRET` (upper case, `-` as `_`).",
    sensitive: true,
  }),
  auth: connectionAuth
    .optional()
    .meta({
      description:
        "How to log in there without a client secret, instead of `machineIdentityClientId` and its secret: one method. `engine` execution only.",
    })
    .register(argumentFacts, engineOnly(undefined, "an instance logs in by Universal Auth alone")),
  allowInsecureHttp,
  execution: z.enum(EXECUTIONS).default("engine").meta({
    description:
      "`engine`: the connection is known to this package only. `native`: it is created as an Infisical Connection of the source instance, for syncs that the instance runs by itself; a client secret from configuration or environment is then sent with every update. Changing it replaces the connection.",
  }),
  onUnreachable: z
    .enum(ON_UNREACHABLE)
    .optional()
    .meta({
      description:
        "When the instance does not answer while the connection is created or changed: `fail`, or `skip` the proof of the login, with a warning; it is made up for by a later deployment. Syncs of the connection do the same, unless they say otherwise. A refused login always fails. Left out, it is `fail`. `engine` execution only.",
    })
    .register(argumentFacts, {
      ...engineOnly("skip", "the instance proves the login itself"),
      // Terraform takes no plan that leaves out something of what was configured.
      terraform: false,
    }),
  projectId: projectId
    .optional()
    .meta(
      nativeOnly(
        "Source project that the connection belongs to; without it, the connection belongs to the organization. Changing it replaces the connection.",
      ),
    )
    .register(argumentFacts, NATIVE),
  adopt: z
    .boolean()
    .default(false)
    .meta(
      nativeOnly(
        "Take over the connection of that name if the instance has one already, credentials included, instead of failing with `already-exists`.",
      ),
    )
    .register(argumentFacts, NATIVE),
});
export type ConnectionInput = z.input<typeof connectionArgs>;
export type ConnectionArgs = z.output<typeof connectionArgs>;

const initialSyncBehavior = z.enum([
  "overwrite-destination",
  "import-prioritize-source",
  "import-prioritize-destination",
]);

/** A limit as a number of keys, or as a share of the keys at the destination. */
const maxDeletes = z.union([
  z.number().int().min(0),
  z.string().regex(/^(?:100|\d{1,2})%$/, "must be a whole number or a percentage such as 10%"),
]);

const isAny = (items: object) => Object.keys(items).length > 0;

const globs = <Glob extends z.ZodType<string, string>>(glob: Glob, what: string) =>
  strictObject({
    include: z
      .array(glob)
      .min(1)
      .optional()
      .meta({ description: `Only ${what} that one of these matches.` }),
    exclude: z
      .array(glob)
      .min(1)
      .optional()
      .meta({ description: `None of ${what} that one of these matches.` }),
  });

/** Always strict: what a version does not know of a filter, it would let through. */
const filter = strictObject({
  keys: globs(keyGlob, "keys").optional().meta({
    description: "Globs of keys' names, whatever their case; `exclude` goes before `include`.",
  }),
  folders: globs(folderGlob, "folders").optional().meta({
    description:
      "Globs of folders' paths from the source folder on, which is `/` itself, with `includeAllSubFolders`: `/api/**` is `/api` and all beneath it.",
  }),
  tags: z.array(z.string().trim().min(1)).min(1).optional().meta({
    description:
      "Only secrets that have one of these tags, by slug, at the source. Imported secrets count as without.",
  }),
  metadata: z.record(z.string().min(1), z.string()).refine(isAny, "must not be empty").optional().meta({
    description: "Only secrets that have all of this metadata, unencrypted, at the source.",
  }),
});
export type Filter = z.output<typeof filter>;

/** What belongs to a secret beside its value (data-plane §9.3). */
export const PARTS = ["comment", "tags", "metadata", "multiline", "reminder"] as const;
export type Part = (typeof PARTS)[number];

export const syncOptions = settings({
  initialSyncBehavior: initialSyncBehavior.meta({
    description:
      "What the first run does about secrets that are at the destination already: `overwrite-destination` makes the destination like the source, `import-prioritize-source` and `import-prioritize-destination` first copy the destination's secrets into the source; on a conflict the named side wins. Later runs never import. In `engine` execution a changed source or destination has a first run of its own.",
  }),
  disableSecretDeletion: z
    .boolean()
    .default(false)
    .meta({ description: "Never delete secrets at the destination in a run." }),
  includeAllSubFolders: z.boolean().default(false).meta({
    description:
      "Also sync the folders beneath the source folder, up to 20 levels deep; `subFolders` says how they arrive.",
  }),
  subFolders: z
    .enum(["keep", "flatten"])
    .optional()
    .meta({
      description:
        "What becomes of the folders beneath, with `includeAllSubFolders`: `keep` makes the destination the same tree, and deletes there what the source has in no folder; `flatten` puts all secrets into the one destination folder under their own names, as the product does: then there is no import, and equal names are refused with `duplicate-keys`. Left out, it is `keep`, and in `native` execution `flatten`, which is all that an instance can.",
    })
    .register(argumentFacts, engineOnly("keep", "an instance flattens")),
  removeEmptyFolders: z
    .boolean()
    .optional()
    .meta({
      // Not zod's own: stacks of earlier versions have not registered it.
      default: false,
      description:
        "Remove folders beneath the destination folder that this sync made and that a run leaves empty, with `includeAllSubFolders` and `subFolders: keep`; `removeSecretsOnDelete` removes them, too. Folders that were there before, or hold anything else, stay. `engine` execution only.",
    })
    .register(argumentFacts, { ...UNPLANNED, ...engineOnly(true, "an instance makes no folders beneath") }),
  filter: filter
    .optional()
    .meta({
      description:
        "Which secrets the sync is about. What it leaves out is neither pushed nor deleted, counted or shown, on either side; what was pushed before the filter left it out stays, and is told once. `engine` execution only.",
    })
    .register(argumentFacts, engineOnly(undefined, "an instance's sync takes all of a folder")),
  copy: z
    .array(z.enum(PARTS))
    .optional()
    .meta({
      description:
        "What travels with the value: `comment`, `tags` by slug, made where the destination's project lacks them, `metadata`, `multiline` (whether multi-line encoding is skipped) and `reminder`. A difference in one of them is an update of its own, also where values are equal. Left out, it is none, as in the product, and what secrets have of it at the destination stays. `engine` execution only.",
    })
    .register(argumentFacts, engineOnly(undefined, "an instance copies values alone")),
  references: z
    .enum(["expand", "keep"])
    .default("expand")
    .meta({
      description:
        "`expand` pushes values with their `${…}` references resolved, and the secrets of the folder's imports, as the product does; `keep` copies the text as it stands and no imported secrets.",
    })
    .register(argumentFacts, engineOnly("keep", "an instance always expands references")),
  unresolvedReferences: z.enum(["push", "fail"]).default("push").meta({
    description:
      "What to do with `${…}` text that the source could not resolve: `push` it as it is, with a warning, or `fail` with `unresolved-references`.",
  }),
  unownedKeys: z
    .enum(["delete", "keep", "fail"])
    .optional()
    .meta({
      // Not zod's own: whether it was said matters beside a filter.
      default: "delete",
      description:
        "What to do with destination keys that the source lacks and this sync did not write: `delete` them, as the product does, `keep` them, or `fail` with `unowned-keys`, which also refuses to overwrite keys that this sync did not write. They are kept with a filter by `tags` or `metadata`.",
    })
    .register(
      argumentFacts,
      engineOnly("keep", 'in native execution set disableSecretDeletion, or "fail" to be stopped'),
    ),
  maxDeletes: maxDeletes
    .optional()
    .meta({
      description:
        "Most deletions in one run: a number, or a percentage of the keys at the destination (`10%`). A run that would delete more is refused with `too-many-deletes` before it writes anything. Left out, there is no limit.",
    })
    .register(argumentFacts, UNPLANNED),
  ownershipMark: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Mark what the sync has at the destination as its own, by an item `external-infisical` in the secrets' metadata, which names the sync and its source. No other sync overwrites or deletes marked keys, with this option or without; a run that would is refused with `owned-elsewhere`. `engine` execution only.",
    })
    .register(argumentFacts, engineOnly(true, "an instance marks nothing")),
  takeOverFrom: z.string().trim().min(1).max(1024).optional().meta({
    description:
      "The owner, as the error `owned-elsewhere` names it, whose marked keys this sync takes over: itself under an earlier name, or a sync that is no more.",
  }),
  onFailure: z
    .enum(["keep", "restore"])
    .default("keep")
    .meta({
      description:
        "What a run that fails half-way does about what it has written: `keep` it, so that the next run finishes the work, or `restore` what was there before, within the same run; what somebody else has changed meanwhile stays, and is told. Keys that were deleted come back as new secrets. `engine` execution only.",
    })
    .register(argumentFacts, { ...UNPLANNED, ...engineOnly("restore", "an instance keeps what it wrote") }),
  allowEmptySource: z.boolean().default(false).meta({
    description:
      "Allow a run to delete secrets when the source holds none at all; else it is refused with `empty-source`.",
  }),
  allowPartialRead: z.boolean().default(false).meta({
    description:
      "Allow a run that deletes although the source identity may not see all secrets of the source; else it is refused with `partial-read`.",
  }),
  allowImportedReferences: z.boolean().default(false).meta({
    description:
      "Allow importing values that hold `${…}`. The source would resolve such a reference with its own rights and push what it points at to the destination; else such values are refused with `imported-references`.",
  }),
  allowSameProjectId: z.boolean().default(false).meta({
    description:
      "Allow source and destination with equal project, environment and path on two different hosts, for a restored copy of an instance; else they are refused with `same-place`.",
  }),
});
export type SyncOptions = z.output<typeof syncOptions>;

/** The options that the product's own sync has, under the same names; of the others an instance knows nothing. */
export const productOptions = syncOptions.pick({
  initialSyncBehavior: true,
  disableSecretDeletion: true,
  includeAllSubFolders: true,
});
export type SyncOptionsInput = z.input<typeof syncOptions>;

const destinationConfig = settings({
  projectId: projectId.meta({
    description: "Id of the destination project (the id, not the slug). It must be a Secret Manager project.",
  }),
  environment: z.string().trim().min(1).meta({ description: "Slug of the destination environment." }),
  secretPath: secretPath.meta({
    description:
      "Folder at the destination, beginning with `/`. Missing folders are created by the first run.",
  }),
});

/** Arguments of `ExternalInfisicalSecretSync`, without the connection. */
export const secretSyncArgs = settings({
  name: slug(256).meta({
    description: "Name of the sync: lower-case letters, digits and single hyphens, at most 256 characters.",
  }),
  description: description
    .meta({
      description: "What the sync is for; at most 256 characters. Changing it writes no secrets.",
    })
    .register(argumentFacts, UNPLANNED),
  projectId: projectId.meta({
    description:
      "Id of the source project (the id, not the slug). A change makes the next run a first run; in `native` execution it replaces the sync.",
  }),
  environment: slug(64).meta({
    description: "Slug of the source environment. A change makes the next run a first run.",
  }),
  secretPath: secretPath.meta({
    description:
      "Source folder, beginning with `/`; `syncOptions.includeAllSubFolders` takes the folders beneath along. A change makes the next run a first run.",
  }),
  destinationConfig: destinationConfig.meta({
    description:
      "Where the secrets go, on the connection's instance. A change makes the next run a first run; what was pushed to the old destination stays there or is removed, as `onDestinationChange` says.",
  }),
  syncOptions: syncOptions.meta({
    description:
      "How secrets are compared, imported and deleted. Changes take effect with the next run; what an option refuses is refused before anything is written.",
  }),
  execution: z.enum(EXECUTIONS).optional().meta({
    description:
      "Who runs the sync: `engine`, this package at each deployment, which needs nothing but rights on secrets and works with any version, or `native`, the source instance, as an Infisical Sync of its own, also whenever a secret of the source changes. Left out, it is that of the connection; the two must agree. Changing it replaces the sync.",
  }),
  isAutoSyncEnabled: z.boolean().default(true).meta({
    description:
      "Run at each deployment, and in `native` execution also whenever a secret of the source changes. With `false` nothing is pushed until asked; in a deployment, asking is changing `triggers`.",
  }),
  triggers: z.record(z.string(), z.unknown()).optional().meta({
    description: "Any values; changing one asks for a run where `isAutoSyncEnabled` is false.",
  }),
  removeSecretsOnDelete: z
    .boolean()
    .default(false)
    .meta({
      description:
        "When the sync is deleted, also delete secrets at the destination: in `engine` execution those that it created, never those that were there before; in `native` execution the instance does it, blindly: every key that the source has then, whoever wrote it, all or none, and the sync stays if that fails.",
    })
    .register(argumentFacts, UNPLANNED),
  onDestinationChange: z
    .enum(["keep", "remove"])
    .default("keep")
    .meta({
      description:
        "When the destination changes: `keep` leaves what was pushed at the old one, `remove` deletes there what this sync created (`engine` execution only).",
    })
    .register(argumentFacts, {
      ...UNPLANNED,
      ...engineOnly("remove", "an instance removes nothing at the old destination"),
    }),
  onUnreachable: z
    .enum(ON_UNREACHABLE)
    .optional()
    .meta({
      description:
        "When the destination's instance does not answer while the run is planned: `fail`, or `skip` the sync in this deployment, with a warning, so that the others go on, those of later waves included. A sync that is skipped stays as it is on record, changed arguments included; a new one is recorded without a run. The source must answer, and a run that has begun fails as ever; in `native` execution only the keys are then unknown. Left out, it is that of the connection, else `fail`.",
    })
    .register(argumentFacts, { terraform: false }),
  adopt: z
    .boolean()
    .default(false)
    .meta(
      nativeOnly(
        "Take over the sync of that name if the source project has one already, instead of failing with `already-exists`.",
      ),
    )
    .register(argumentFacts, NATIVE),
  waitForSync: z
    .boolean()
    .default(true)
    .meta(
      nativeOnly(
        "Wait for the instance's run after a create or update, and fail with `run-failed` if the run does.",
      ),
    )
    .register(argumentFacts, { ...UNPLANNED, ...NATIVE }),
  waitTimeoutSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(600)
    .meta(nativeOnly("Longest wait for a run or a removal, in seconds: 1 to 86400."))
    .register(argumentFacts, { ...UNPLANNED, ...NATIVE }),
});
export type SecretSyncInput = z.input<typeof secretSyncArgs>;
export type DestinationConfigInput = SecretSyncInput["destinationConfig"];

/** The provider's own configuration: the source instance and how to log in there. */
export const providerConfig = settings({
  host: instanceUrl.default("https://app.infisical.com").meta({
    description:
      "Base URL of the source instance, for example `https://infisical.example.com`. A trailing `/` or `/api` is removed.",
    environment: "INFISICAL_HOST",
  }),
  clientId: clientId.optional().meta({
    description: "Client ID (a UUID) of the Universal Auth of a machine identity at the source.",
    environment: "INFISICAL_UNIVERSAL_AUTH_CLIENT_ID",
  }),
  clientSecret: clientSecret.optional().meta({
    description: "Client secret of that identity.",
    environment: "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET",
    sensitive: true,
  }),
  token: accessToken.optional().meta({
    description: "An access token, instead of client ID and secret.",
    environment: "INFISICAL_TOKEN",
    sensitive: true,
  }),
  auth: sourceAuth.optional().meta({
    description:
      "How to log in, instead of client ID and secret or a token: one method, written as in Infisical's own Terraform provider. Nothing of it needs to be secret but a token or client secret that is written here. Without it and them, the environment says how (`INFISICAL_AUTH_METHOD`).",
  }),
  connectionSecrets: z.record(z.string(), clientSecret).default({}).meta({
    description: "Client secrets by connection name, for connections that do not give theirs as an argument.",
    environment: "EXTERNAL_INFISICAL_<NAME>_CLIENT_SECRET",
    sensitive: true,
  }),
  fingerprintKey: z.string().min(16).optional().meta({
    description:
      "Key, of at least 16 characters, of the fingerprints that stand for values with references or imports. Without it, one is derived from the destination's client secret.",
    environment: "EXTERNAL_INFISICAL_FINGERPRINT_KEY",
    sensitive: true,
  }),
  allowInsecureHttp,
});
export type ProviderConfig = z.output<typeof providerConfig>;
export type ProviderConfigInput = z.input<typeof providerConfig>;
