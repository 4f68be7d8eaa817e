/** Which two real instances the live tests go to, from the environment. */
import { z } from "zod";
import { instanceUrl } from "../../provider/schema.ts";

const settings = z.object({
  URL: instanceUrl,
  CLIENT_ID: z.string().min(1),
  CLIENT_SECRET: z.string().min(1),
  PROJECT_ID: z.string().min(1),
  /** Slug. */
  ENVIRONMENT: z.string().min(1),
});

/** An identity of an instance, and where it may make and remove a folder. */
export type LiveSettings = z.output<typeof settings>;

const sideOf = (side: "SOURCE" | "DESTINATION") => {
  const prefix = `EXTERNAL_INFISICAL_LIVE_${side}_`;
  const given = Object.keys(settings.shape).map((name) => [name, process.env[prefix + name]] as const);
  const missing = given.flatMap(([name, value]) => (value ? [] : [prefix + name]));
  return { missing, read: () => settings.parse(Object.fromEntries(given)) };
};

const source = sideOf("SOURCE");
const destination = sideOf("DESTINATION");
const missing = [...source.missing, ...destination.missing];

/** Why the live tests are not run, if so. A variable that is set and wrong is an error. */
export const notLive = missing.length > 0 ? `not set: ${missing.join(", ")}` : undefined;

export const live =
  notLive === undefined ? { source: source.read(), destination: destination.read() } : undefined;
