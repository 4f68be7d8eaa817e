/** A declaration as a Pulumi program, in the manner of examples/quickstart. */
import { createRequire } from "node:module";
import { stringify } from "yaml";
import { type Args, type Declaration, sourceSecretVariables, type Written } from "./declaration.ts";
import { typescriptName, typescriptString } from "./quote.ts";

/** As the README says it. */
const INSTALL = `npm install ../external-infisical/external-infisical-${ownVersion()}.tgz @pulumi/pulumi # made by npm pack in a clone: it is not on npm yet`;

function ownVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)("external-infisical/package.json");
  return version;
}

/** Client secrets are secret configuration; the source's credentials come from the environment. */
export function asPulumi(declaration: Declaration): Written {
  const secrets = declaration.connections.map(({ name }) => secretKey(name));
  const given = secrets.map((key) => ` --secret-config ${key}`).join("");
  return {
    files: [
      { name: "Pulumi.yaml", text: projectText(declaration) },
      { name: "index.ts", text: programText(declaration) },
      { name: "package.json", text: '{ "type": "module", "private": true }\n' },
    ],
    variables: [...sourceSecretVariables(declaration), ...secrets, "PULUMI_CONFIG_PASSPHRASE"],
    next: [INSTALL, `external-infisical preview${given}`, "external-infisical up"],
  };
}

function projectText({ project, source }: Declaration): string {
  const config = {
    "external-infisical:host": { value: source.host },
    ...(source.clientId !== undefined && { "external-infisical:clientId": { value: source.clientId } }),
    ...(source.auth && { "external-infisical:auth": { value: source.auth } }),
    ...(source.allowInsecureHttp && { "external-infisical:allowInsecureHttp": { value: true } }),
  };
  const document = {
    name: project,
    description: "Keeps the secrets of one Infisical instance at another",
    // Node runs the program's TypeScript itself; without this, Pulumi type-checks it on every run.
    runtime: { name: "nodejs", options: { typescript: false } },
    main: "index.ts",
    config,
  };
  return stringify(document, { lineWidth: 0 });
}

function programText({ connections, syncs, isTakenOver }: Declaration): string {
  const adopted: Args = isTakenOver ? { adopt: true } : {};
  const made = connections.map(({ name, args }) => {
    const secret = `  machineIdentityClientSecret: config.requireSecret(${typescriptString(secretKey(name))}),\n`;
    const fields = fieldsText({ name, ...adopted, ...args }, "  ");
    const isUsed = syncs.some(({ connection }) => connection === name);
    return `${isUsed ? `const ${variableOf(name)} = ` : ""}new ExternalInfisicalConnection(${typescriptString(name)}, {\n${fields}${secret}});\n`;
  });
  const declared = syncs.map(({ name, connection, args }) => {
    const own = `  connection: ${variableOf(connection)},\n`;
    const fields = fieldsText({ name, ...adopted, ...args }, "  ");
    return `new ExternalInfisicalSecretSync(${typescriptString(name)}, {\n${own}${fields}});\n`;
  });
  const classes = [
    "ExternalInfisicalConnection",
    ...(syncs.length > 0 ? ["ExternalInfisicalSecretSync"] : []),
  ];
  return [
    `import { Config } from "@pulumi/pulumi";\nimport { ${classes.join(", ")} } from "external-infisical";\n`,
    "const config = new Config();\n",
    ...made,
    ...declared,
  ].join("\n");
}

function fieldsText(args: Args, indent: string): string {
  const lines = Object.entries(args).map(([name, value]) => {
    if (value === undefined) return "";
    const isObject = typeof value === "object";
    const text = isObject ? `{\n${fieldsText(value, `${indent}  `)}${indent}}` : scalar(value);
    return `${indent}${name}: ${text},\n`;
  });
  return lines.join("");
}

const scalar = (value: string | number | boolean) =>
  typeof value === "string" ? typescriptString(value) : String(value);

const secretKey = (connection: string) => typescriptName(connection, "ClientSecret");
const variableOf = (connection: string) => typescriptName(connection, "Connection");
