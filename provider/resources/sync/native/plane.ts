import { type ControlPlane, createControlPlane } from "../../../infisical/control-plane/index.ts";
import { sourceClient } from "../../clients.ts";
import type { Context } from "../../resource.ts";

/** Connections and syncs of the source instance. @throws BridgeError `missing-credentials` */
export const planeOf = (context: Context): ControlPlane => createControlPlane(sourceClient(context));
