import { validationFailure } from "../http/errors.ts";
import { importsOf } from "../imports/secret-imports.ts";
import { createExpander } from "../secrets/references.ts";
import type { Revision } from "./revision.ts";

/** The contract's sections 1 to 16. */
export const newest: Revision = {
  lacks: [],
  refuses: new Map(),
  unknownFields: [],
  requiredFields: [],
  readPath: (path) => path,
  answer: undefined,
  error: (answer) => answer,
  missingFolderList: "not-found",
  refuseKey: (key) =>
    key === "" || /[:/]/.test(key)
      ? validationFailure([
          {
            code: "custom",
            path: ["secretKey"],
            message: "Secret name cannot be empty or contain colon or forward-slash",
          },
        ])
      : undefined,
  hasUniqueKeys: true,
  takesRepeatedTags: true,
  checksRightsFirst: false,
  enforcesCapitalization: true,
  autoCapitalization: false,
  takesAnyImport: false,
  createExpander,
  importsOf,
  login: {
    locksOut: true,
    tellsUnknownClients: false,
    tellsOrganization: true,
    answersTokenFaults: true,
    isOneAlone: false,
  },
  limitsPerRoute: false,
  withoutEventSubscriptions: false,
  withoutExternalInfisical: false,
};
