import { request } from "node:http";
import { EngineError, type EngineErrorCode } from "../../engines/engine.ts";
import type { ActDocument, ActName, ContentOf, InputOf } from "../acts/index.ts";
import { requireOwnFolder } from "./path.ts";

/** Nobody listens there. */
const NOBODY: ReadonlySet<unknown> = new Set(["ENOENT", "ECONNREFUSED"]);

/**
 * Lets the process do an act that has the database.
 *
 * @returns undefined where there is none
 * @throws EngineError as the act has
 */
export async function callAct<Name extends ActName>(
  path: string,
  name: Name,
  input: InputOf<Name>,
): Promise<ContentOf<Name> | undefined> {
  await requireOwnFolder(path);
  const text = await post(path, `/acts/${name}`, JSON.stringify(input));
  if (text === undefined) return undefined;
  const document = JSON.parse(text) as ActDocument<Name>;
  if (document.result === "succeeded") {
    // How the command ends, it tells itself.
    const { version, command, result, exitCode, ...content } = document;
    return content as unknown as ContentOf<Name>;
  }
  const { code, message, hint } = document.error;
  throw new EngineError(code as EngineErrorCode, message, { hint });
}

const post = (socketPath: string, path: string, body: string) =>
  new Promise<string | undefined>((resolve, reject) => {
    const sent = request({ socketPath, path, method: "POST" }, async (response) => {
      try {
        response.setEncoding("utf8");
        let text = "";
        for await (const chunk of response) text += chunk;
        if (response.statusCode === 200) resolve(text);
        else
          reject(
            new EngineError(
              "engine-failed",
              "The process that has the fleet's database did not understand: it may be of another version.",
            ),
          );
      } catch (cause) {
        reject(lost(cause));
      }
    });
    sent.once("error", (cause: NodeJS.ErrnoException) =>
      NOBODY.has(cause.code) ? resolve(undefined) : reject(lost(cause)),
    );
    sent.end(body);
  });

const lost = (cause: unknown) =>
  new EngineError("engine-failed", "The process that has the fleet's database has not answered.", {
    hint: "Whether it did what was asked, `external-infisical fleet status` tells.",
    cause,
  });
