/** A declaration as syncs.yaml. */
import { basename } from "node:path";
import { stringify } from "yaml";
import { connectionSecretVariable } from "../../../provider/resources/config.ts";
import { readSyncsFile } from "../../syncs/read.ts";
import { type Declaration, sourceSecretVariables, type Written } from "./declaration.ts";
import { shellWord } from "./quote.ts";

const SCHEMA_LINE = "# yaml-language-server: $schema=node_modules/external-infisical/dist/syncs.schema.json";

/**
 * Names of variables, never their values, are all that is written of secrets.
 *
 * @param file where it is to be, as commands are to name it
 * @throws EngineError `invalid-config` where the text could not be read again
 */
export function asSyncsYaml(declaration: Declaration, file: string): Written {
  const { project, source, connections, syncs, isTakenOver } = declaration;
  const credentials = sourceSecretVariables(declaration);
  const document = {
    project,
    source: {
      host: source.host,
      ...(source.clientId !== undefined && { clientId: source.clientId }),
      ...Object.fromEntries(
        credentials.map((variable) => [
          source.clientId === undefined ? "token" : "clientSecret",
          reference(variable),
        ]),
      ),
      ...(source.auth && { auth: source.auth }),
      ...(source.allowInsecureHttp && { allowInsecureHttp: true }),
    },
    connections: Object.fromEntries(
      connections.map(({ name, args }) => [
        name,
        {
          ...(isTakenOver && { adopt: true }),
          ...args,
          machineIdentityClientSecret: reference(connectionSecretVariable(name)),
        },
      ]),
    ),
    ...(isTakenOver && { defaults: { adopt: true } }),
    syncs: Object.fromEntries(syncs.map(({ name, connection, args }) => [name, { connection, ...args }])),
  };
  const name = basename(file);
  const text = `${SCHEMA_LINE}\n${stringify(document, { lineWidth: 0 })}`;
  // What is written can be read, or is not written.
  readSyncsFile(text, name);
  const place = file === "syncs.yaml" ? "" : ` -f ${shellWord(file)}`;
  return {
    files: [{ name, text }],
    variables: [
      ...credentials,
      ...connections.map(({ name }) => connectionSecretVariable(name)),
      "PULUMI_CONFIG_PASSPHRASE",
    ],
    next: [`external-infisical preview${place}`, `external-infisical up${place}`],
  };
}

const reference = (variable: string) => `\${env:${variable}}`;
