import { type ControlPlane, createControlPlane } from "../../../infisical/control-plane/index.ts";
import type { Context } from "../../resource.ts";
import { sourceClient } from "../../session.ts";

/** Connections and syncs of the source instance. @throws BridgeError `missing-credentials` */
export const planeOf = (context: Context): ControlPlane => createControlPlane(sourceClient(context));
