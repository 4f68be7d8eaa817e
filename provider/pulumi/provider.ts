/** What the serialised closure loads by name: once in a provider process, with the first call. */
import { createShared } from "../resources/process.ts";
import { createCall } from "./calls.ts";
import { followStopLine } from "./stop-line.ts";

const shared = createShared();

followStopLine(process.env, shared.cancel);

export const call = createCall(shared);
