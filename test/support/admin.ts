/** Requests of a server's admin, as somebody makes them at the instance by hand. */
import type { InfisicalServer } from "../../infisical-server/index.ts";

type Properties = Record<string, unknown>;
export type Api = (method: string, path: string, body?: unknown) => Promise<Properties>;

/** Logs in with the first request. */
export function adminOf(server: InfisicalServer): Api {
  let token: string | undefined;
  const send: Api = async (method, path, body) => {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Properties;
  };
  return async (method, path, body) => {
    token ??= (await send("POST", "/api/v1/auth/universal-auth/login", server.admin))[
      "accessToken"
    ] as string;
    return send(method, path, body);
  };
}
