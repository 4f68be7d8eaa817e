/** What is asked, in the order of the product's web form. */
import { z } from "zod";
import { connectionSecretVariable } from "../../../provider/resources/config.ts";
import { connectionArgs, providerConfig, secretSyncArgs, syncOptions } from "../../../provider/schema.ts";
import { hasReference, MISPLACED } from "../../syncs/schema.ts";

/** Everything that is asked for, by the names of the flags in camelCase. */
export const answersSchema = z.object({
  sourceUrl: providerConfig.shape.host.unwrap(),
  sourceClientId: providerConfig.shape.clientId.unwrap(),
  sourceClientSecret: providerConfig.shape.clientSecret.unwrap(),
  sourceProjectId: secretSyncArgs.shape.projectId,
  sourceEnvironment: secretSyncArgs.shape.environment,
  sourceSecretPath: secretSyncArgs.shape.secretPath,
  destinationUrl: connectionArgs.shape.instanceUrl,
  connectionName: connectionArgs.shape.name,
  destinationClientId: connectionArgs.shape.machineIdentityClientId,
  destinationClientSecret: connectionArgs.shape.machineIdentityClientSecret.unwrap(),
  destinationProjectId: secretSyncArgs.shape.destinationConfig.shape.projectId,
  destinationEnvironment: secretSyncArgs.shape.destinationConfig.shape.environment,
  destinationSecretPath: secretSyncArgs.shape.destinationConfig.shape.secretPath,
  execution: connectionArgs.shape.execution.unwrap(),
  initialSyncBehavior: syncOptions.shape.initialSyncBehavior,
  includeAllSubFolders: z.enum(["yes", "no"], "must be yes or no"),
  autoSync: z.enum(["yes", "no"], "must be yes or no"),
  disableSecretDeletion: z.enum(["yes", "no"], "must be yes or no"),
  unownedKeys: syncOptions.shape.unownedKeys.unwrap(),
  name: secretSyncArgs.shape.name,
  description: z
    .string()
    .trim()
    .max(256)
    .refine((text) => !hasReference(text), MISPLACED),
});
export type Answers = z.output<typeof answersSchema>;
export type AnswerName = keyof Answers;
/** Those that are given until now. */
export type SoFar = Partial<Answers>;

/** What syncs between the same two instances have alike. */
export const OF_INSTANCES = [
  "sourceUrl",
  "sourceClientId",
  "sourceClientSecret",
  "destinationUrl",
  "connectionName",
  "destinationClientId",
  "destinationClientSecret",
  "execution",
] as const satisfies readonly AnswerName[];

/** One of the values to choose from. */
export interface Choice {
  value: string;
  /** What it is, for people. */
  text?: string;
  /** Another word for it. */
  alias?: string;
}

/** What can be looked up at one of the instances. */
export type Listing = "projects" | "environments" | "folders";

export interface Question {
  name: AnswerName;
  text: string;
  isHidden?: true;
  /** Taken from there where the flag is not given. Secrets have no flag. */
  variable?: (answers: SoFar) => string;
  /** Taken where nothing is answered. */
  standard?: (answers: SoFar) => string | undefined;
  /** To choose from. Of what an instance lists, `isOpen` ones need not be there yet. */
  choices?: readonly Choice[] | { list: Listing; isOpen: boolean };
  /** Why an answer does not go with those before it. */
  unfit?: (value: string, answers: SoFar) => string | undefined;
}

/** Questions that belong together. The first of a side end with a login there. */
export interface Step {
  title: string;
  side?: "source" | "destination";
  logsIn?: true;
  questions: readonly Question[];
}

const folderName = ({ sourceSecretPath = "/", sourceEnvironment = "secrets" }: SoFar) =>
  slugOf(sourceSecretPath) || slugOf(sourceEnvironment);

/** Fit for names of connections and syncs. */
const slugOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

const hostSlug = ({ destinationUrl }: SoFar) =>
  slugOf(URL.parse(destinationUrl ?? "")?.hostname ?? "").slice(0, 64) || undefined;

const YES_NO: readonly Choice[] = [{ value: "yes" }, { value: "no" }];

const sameInstance = ({ sourceUrl, destinationUrl }: SoFar): boolean =>
  sourceUrl !== undefined && sourceUrl === destinationUrl;

export const STEPS: readonly Step[] = [
  {
    title: "The instance to sync from",
    side: "source",
    logsIn: true,
    questions: [
      {
        name: "sourceUrl",
        text: "URL",
        variable: () => "INFISICAL_HOST",
        standard: () => "https://app.infisical.com",
      },
      {
        name: "sourceClientId",
        text: "Client ID of the machine identity there",
        variable: () => "INFISICAL_UNIVERSAL_AUTH_CLIENT_ID",
      },
      {
        name: "sourceClientSecret",
        text: "Its client secret",
        isHidden: true,
        variable: () => "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET",
      },
    ],
  },
  {
    title: "Source",
    side: "source",
    questions: [
      { name: "sourceProjectId", text: "Project, by its id", choices: { list: "projects", isOpen: false } },
      { name: "sourceEnvironment", text: "Environment", choices: { list: "environments", isOpen: false } },
      { name: "sourceSecretPath", text: "Secret path", choices: { list: "folders", isOpen: false } },
    ],
  },
  {
    title: "The instance to sync to",
    side: "destination",
    logsIn: true,
    questions: [
      { name: "destinationUrl", text: "URL" },
      { name: "connectionName", text: "Name of the connection", standard: hostSlug },
      { name: "destinationClientId", text: "Client ID of the machine identity there" },
      {
        name: "destinationClientSecret",
        text: "Its client secret",
        isHidden: true,
        variable: ({ connectionName }) =>
          connectionName
            ? connectionSecretVariable(connectionName)
            : "EXTERNAL_INFISICAL_<CONNECTION NAME>_CLIENT_SECRET",
      },
    ],
  },
  {
    title: "Destination",
    side: "destination",
    questions: [
      {
        name: "destinationProjectId",
        text: "Project, by its id",
        choices: { list: "projects", isOpen: false },
      },
      {
        name: "destinationEnvironment",
        text: "Environment",
        choices: { list: "environments", isOpen: false },
        standard: ({ sourceEnvironment }) => sourceEnvironment,
      },
      {
        name: "destinationSecretPath",
        text: "Secret path; a folder that is missing is created by the first run",
        choices: { list: "folders", isOpen: true },
        standard: ({ sourceSecretPath }) => sourceSecretPath,
      },
    ],
  },
  {
    title: "Sync options",
    questions: [
      {
        name: "execution",
        text: "Execution",
        choices: [
          { value: "engine", text: "this package runs the sync, at each deployment" },
          {
            value: "native",
            text: "the source instance runs it by itself, as an Infisical Sync; the deployment makes it there",
          },
        ],
        standard: () => "engine",
        unfit: (value, answers) =>
          value === "native" && sameInstance(answers)
            ? "is for two instances; within one, take engine"
            : undefined,
      },
      {
        name: "initialSyncBehavior",
        text: "Initial sync behavior",
        choices: [
          {
            value: "overwrite-destination",
            text: "removes secrets at the destination that the source lacks",
          },
          {
            value: "import-prioritize-source",
            text: "imports the destination's secrets; on a conflict the source wins",
          },
          {
            value: "import-prioritize-destination",
            text: "imports the destination's secrets; on a conflict the destination wins",
          },
        ],
      },
      {
        name: "includeAllSubFolders",
        text: "Take all folders beneath along",
        choices: YES_NO,
        standard: () => "no",
        unfit: (value, { execution, initialSyncBehavior }) =>
          value === "yes" && execution === "native" && initialSyncBehavior !== "overwrite-destination"
            ? "needs overwrite-destination in native execution: nothing tells into which folder to import"
            : undefined,
      },
      {
        name: "autoSync",
        text: "Auto-sync",
        choices: [
          { value: "yes", text: "at each deployment; in native execution whenever a secret changes, too" },
          { value: "no", text: "only when asked" },
        ],
        standard: () => "yes",
      },
      {
        name: "disableSecretDeletion",
        text: "Disable secret deletion at the destination",
        choices: YES_NO,
        standard: () => "no",
      },
      {
        name: "unownedKeys",
        text: "Keys at the destination that the source lacks and the sync did not write",
        choices: [
          { value: "delete", text: "as the product does" },
          { value: "keep", text: "leaves them alone" },
          { value: "fail", text: "refuses to run, and to overwrite what the sync did not write" },
        ],
        standard: () => "delete",
        unfit: (value, { execution }) =>
          value === "keep" && execution === "native"
            ? "needs execution engine: an instance keeps none"
            : undefined,
      },
    ],
  },
  {
    title: "Details",
    questions: [
      {
        name: "name",
        text: "Name of the sync",
        standard: (answers) => `${folderName(answers)}-to-${answers.connectionName}`,
      },
      { name: "description", text: "Description, if any", standard: () => "" },
    ],
  },
];
