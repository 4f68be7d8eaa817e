/** What commands declare, before it is written in one form or another. No secret is in it. */
import { isLoopback } from "../../../provider/hosts.ts";

/** Arguments of a resource by their names, in the order in which they are to be written; undefined ones are not. */
export interface Args {
  readonly [name: string]: string | number | boolean | Args | undefined;
}

export interface DeclaredConnection {
  name: string;
  /** Without the name and the client secret. */
  args: Args;
  /** Of the Infisical Connection that is there already. */
  id?: string;
}

export interface DeclaredSync {
  name: string;
  /** Name of one of the connections. */
  connection: string;
  /** Without the name. */
  args: Args;
  /** Of the Infisical Sync that is there already. */
  id?: string;
}

export interface Declaration {
  /** Name of the Pulumi project. */
  project: string;
  source: {
    host: string;
    /** Of the identity to log in with; without it, an access token is used. */
    clientId: string | undefined;
    /** How to log in without a secret; then there is neither client id nor token. */
    auth?: Args | undefined;
    allowInsecureHttp?: boolean;
  };
  connections: readonly DeclaredConnection[];
  syncs: readonly DeclaredSync[];
  /** All of it is at the source instance already, and is to be taken over. */
  isTakenOver: boolean;
}

/** A declaration in one of its forms. */
export interface Written {
  files: readonly { name: string; text: string }[];
  /** Environment variables that hold the secrets; the files name them or read them. */
  variables: readonly string[];
  /** What to run next, command by command. */
  next: readonly string[];
  /** Where the state of the stack would be kept; absent where nothing says so, and for Terraform. */
  backend?: string;
}

/** The variable that the source's credentials are read from; none where nothing of the login is secret. */
export function sourceSecretVariables({ source }: Pick<Declaration, "source">): string[] {
  if (source.auth !== undefined) return [];
  return [source.clientId === undefined ? "INFISICAL_TOKEN" : "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET"];
}

/** True for a URL that is taken with `allowInsecureHttp` only. */
export function needsInsecureHttp(text: string): boolean {
  const url = new URL(text);
  return url.protocol === "http:" && !isLoopback(url);
}
