// The least that a sync can cost: the necessary requests, with bodies that were prepared beforehand, and a
// comparison of the two lists. No checks, no errors, no state.
import { readFileSync } from "node:fs";
import { Agent } from "undici";
import { measure, task } from "./measure.mjs";

const PUSHES_AT_A_TIME = 3;
const dispatcher = new Agent({ connections: 8 });
const bodies = task.case === "unchanged" ? [] : readBodies();
const folders = readFileSync(task.folders, "utf8").split("\n").filter(Boolean);

await measure(async () => {
  const [destinationToken, differences] = await compareSides();
  const names = folders.values();
  const make = async () => {
    for (const name of names)
      await send(task.destination, "POST", "/api/v2/folders", destinationToken, folderBody(name));
  };
  await Promise.all(Array.from({ length: PUSHES_AT_A_TIME }, make));
  const queue = bodies.values();
  const push = async () => {
    for (const body of queue)
      await send(task.destination, "PATCH", "/api/v4/secrets/batch", destinationToken, body);
  };
  await Promise.all(Array.from({ length: PUSHES_AT_A_TIME }, push));
  return { differences };
});
await dispatcher.destroy();

async function compareSides() {
  const [source, destination] = await Promise.all([task.source, task.destination].map(listSide));
  return [destination.token, countDifferences(source.rows, destination.rows)];
}

async function listSide(side) {
  const { clientId, clientSecret, projectId, environment, secretPath } = side;
  const credentials = JSON.stringify({ clientId, clientSecret });
  const login = await send(side, "POST", "/api/v1/auth/universal-auth/login", undefined, credentials);
  const token = JSON.parse(login).accessToken;
  const query = new URLSearchParams({
    projectId,
    environment,
    secretPath,
    viewSecretValue: "true",
    expandSecretReferences: "false",
    recursive: String(task.isTree),
    includeImports: "false",
    includePersonalOverrides: "false",
  });
  return { token, rows: JSON.parse(await send(side, "GET", `/api/v4/secrets?${query}`, token)).secrets };
}

/** In the order of the lists, with a map only where that fails. */
function countDifferences(source, destination) {
  let rest;
  let differences = 0;
  source.forEach(({ secretKey, secretValue, secretPath }, index) => {
    let match = destination[index];
    if (match?.secretKey !== secretKey || match.secretPath !== secretPath) {
      rest ??= new Map(destination.map((row) => [`${row.secretPath}/${row.secretKey}`, row]));
      match = rest.get(`${secretPath}/${secretKey}`);
    }
    if (match?.secretValue !== secretValue) differences++;
  });
  return differences;
}

async function send(side, method, path, token, body) {
  const response = await dispatcher.request({
    origin: side.url,
    path,
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body,
  });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  return text;
}

function folderBody(name) {
  const { projectId, environment, secretPath: path } = task.destination;
  return JSON.stringify({ projectId, environment, path, name });
}

function readBodies() {
  const file = readFileSync(task.bodies);
  const lines = [];
  for (let from = 0; from < file.length; ) {
    const end = file.indexOf("\n", from);
    lines.push(file.subarray(from, end));
    from = end + 1;
  }
  return lines;
}
