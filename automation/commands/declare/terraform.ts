/** A declaration as HCL, as examples/terraform has it and as `terraform fmt` leaves it. */
import { toSnakeCase } from "../../../provider/terraform/names.ts";
import { type Args, type Declaration, sourceSecretVariables, type Written } from "./declaration.ts";
import { hclName, hclString } from "./quote.ts";

const CONNECTION = "externalinfisical_connection";
const SYNC = "externalinfisical_secret_sync";

/** Client secrets are ephemeral variables in write-only arguments; the source's comes from the environment. */
export function asTerraform(declaration: Declaration): Written {
  const { connections } = declaration;
  return {
    files: [
      { name: "main.tf", text: mainText(declaration) },
      { name: "variables.tf", text: connections.map(({ name }) => variableText(name)).join("\n") },
    ],
    variables: [
      ...sourceSecretVariables(declaration),
      ...connections.map(({ name }) => `TF_VAR_${secretVariable(name)}`),
    ],
    next: ["terraform init", "terraform plan -out=reviewed.tfplan", "terraform apply reviewed.tfplan"],
  };
}

function mainText({ source, connections, syncs, isTakenOver }: Declaration): string {
  const { host, clientId, auth, allowInsecureHttp } = source;
  const connectionSecrets = connections.map(
    ({ name }): Attribute => [hclString(name), `var.${secretVariable(name)}`],
  );
  const imports = isTakenOver
    ? [
        ...connections.map(({ name, id }) => importText(CONNECTION, name, id)),
        ...syncs.map(({ name, id }) => importText(SYNC, name, id)),
      ]
    : [];
  return [
    `terraform {
  required_version = ">= 1.11"
  required_providers {
    externalinfisical = {
      source  = "external-infisical/externalinfisical"
      version = "~> 0.1"
    }
  }
}
`,
    block('provider "externalinfisical"', [
      ...attributes({ host, clientId, auth, allowInsecureHttp: allowInsecureHttp || undefined }),
      ["connection_secrets", `{\n${lines(connectionSecrets, "    ")}  }`],
    ]),
    ...connections.map(({ name, args }) =>
      block(`resource "${CONNECTION}" "${hclName(name)}"`, [
        ...attributes({ name, ...args }),
        ["machine_identity_client_secret_wo", `var.${secretVariable(name)}`],
        // A version would make the first apply send the secret, which the instance has.
        ...(isTakenOver ? [] : [["machine_identity_client_secret_wo_version", "1"] as const]),
      ]),
    ),
    ...syncs.map(({ name, connection, args }) =>
      block(`resource "${SYNC}" "${hclName(name)}"`, [
        ["destination_connection", `${CONNECTION}.${hclName(connection)}`],
        ...attributes({ name, ...args }),
      ]),
    ),
    ...imports.filter((text) => text !== ""),
  ].join("\n");
}

const importText = (type: string, name: string, id = "") =>
  block("import", [
    ["to", `${type}.${hclName(name)}`],
    ["id", hclString(id)],
  ]);

const variableText = (connection: string) =>
  block(`variable "${secretVariable(connection)}"`, [
    ["description", hclString(`Client secret of the connection ${connection}.`)],
    ["type", "string"],
    ["sensitive", "true"],
    ["ephemeral", "true"],
  ]);

/** An attribute's name and its expression. */
type Attribute = readonly [name: string, expression: string];

const attributes = (args: Args, indent = "  "): Attribute[] =>
  Object.entries(args).flatMap(([name, value]): Attribute[] =>
    value === undefined ? [] : [[toSnakeCase(name), expression(value, indent)]],
  );

function expression(value: NonNullable<Args[string]>, indent: string): string {
  if (typeof value === "string") return hclString(value);
  if (typeof value !== "object") return String(value);
  const inner = `${indent}  `;
  return `{\n${lines(attributes(value, inner), inner)}${indent}}`;
}

const block = (header: string, inside: readonly Attribute[]): string =>
  `${header} {\n${lines(inside, "  ")}}\n`;

/** Equals signs of neighbouring lines stand below each other; what takes several lines stands alone. */
function lines(all: readonly Attribute[], indent: string): string {
  const isLong = ([, text]: Attribute) => text.includes("\n");
  const width = Math.max(0, ...all.filter((one) => !isLong(one)).map(([name]) => name.length));
  return all
    .toSorted((a, b) => Number(isLong(a)) - Number(isLong(b)))
    .map((one, index, sorted) => {
      const [name, text] = one;
      const gap = isLong(one) && index > 0 && sorted.length > 1 ? "\n" : "";
      return `${gap}${indent}${isLong(one) ? name : name.padEnd(width)} = ${text}\n`;
    })
    .join("");
}

const secretVariable = (connection: string) => `${hclName(connection)}_client_secret`;
