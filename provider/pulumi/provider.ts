/** What the serialised closure loads by name: once in a provider process, with the first call. */
import { declaredFoldersIn } from "../resources/declared-folders.ts";
import { createShared } from "../resources/process.ts";
import { createCall } from "./calls.ts";
import { followStopLine } from "./stop-line.ts";

const shared = createShared();
shared.lookTogether(declaredFoldersIn(process.env));

followStopLine(process.env, shared.cancel);

export const call = createCall(shared);
