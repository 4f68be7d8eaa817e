/** The HTTP store with a real instance behind it. */
import { createClient } from "../../provider/infisical/http/client.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { SecretValue } from "../../provider/secret-value.ts";
import type { StoreSubject, SubjectSeed } from "../support/store-conformance.ts";
import { ARGUMENT_NAMES } from "../support/store-subject.ts";
import type { LiveInstance } from "./instance.ts";

/** A client with the instance's identity. */
export const clientOf = ({ settings }: LiveInstance) =>
  createClient({
    origin: settings.URL,
    login: {
      method: "universal",
      clientId: settings.CLIENT_ID,
      clientSecret: new SecretValue(settings.CLIENT_SECRET),
    },
    allowInsecureHttp: false,
    argumentNames: { url: "instanceUrl", credentials: "machineIdentityClientSecret" },
  });

let subjects = 0;

export async function makeLiveSubject(instance: LiveInstance, seed: SubjectSeed = {}): Promise<StoreSubject> {
  const { secretPath = "/", folderExists = true, secrets = {}, imports = [] } = seed;
  const own = `/subject-${subjects++}`;
  const place = instance.place(own + (secretPath === "/" ? "" : secretPath));
  await instance.makeFolder(folderExists ? place : instance.place(own));
  for (const [index, values] of imports.entries()) {
    const from = instance.place(`${own}-import-${index}`);
    await instance.makeFolder(from);
    await instance.put(from, values);
    await instance.addImport(place, from);
  }
  if (folderExists) await instance.put(place, secrets);
  const client = clientOf(instance);
  return {
    store: createStore(client, place, ARGUMENT_NAMES),
    put: (values) => instance.put(place, values),
    read: () => instance.read(place),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
