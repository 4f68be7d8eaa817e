import { native } from "../drivers/native.ts";
import { terraformRpc } from "../drivers/terraform-rpc.ts";
import { playScenarios } from "./play.ts";

playScenarios(terraformRpc);
playScenarios(native(terraformRpc));
