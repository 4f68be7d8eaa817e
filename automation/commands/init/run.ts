/** `init` asks for two instances, reviews the first run, and writes the declaration. */
import { ALLOWED_HOSTS, allowingHosts, listHosts } from "../../../provider/hosts.ts";
import { closingText, type Declared, documentOf } from "../declare/declared.ts";
import type { DeclaredDocument } from "../declare/document.ts";
import type { Action } from "../runner.ts";
import { init as declare } from "./init.ts";
import { givenIn, type InitOptions, initOptions } from "./options.ts";

export const init: Action<InitOptions, Declared, DeclaredDocument> = {
  name: "init",
  options: initOptions,
  act({ place, options, session, shared, environment }) {
    const hosts = listHosts(options.allowHost, environment[ALLOWED_HOSTS]);
    const isAsking = session.isInteractive && !options.nonInteractive;
    return declare({
      target: { format: options.format, place },
      given: givenIn(options),
      project: options.project,
      settings: {
        allowedHosts: hosts,
        allowInsecureHttp: options.allowInsecureHttp,
        environment: { ...environment, ...allowingHosts(hosts) },
        shared,
      },
      isFull: options.diff,
      ...(isAsking && { asking: session }),
      session,
    });
  },
  document: documentOf,
  text: (document, { session }) => session.redactor.clean(closingText(document)),
};
