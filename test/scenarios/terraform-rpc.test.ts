import { terraformRpc, terraformRpcNative } from "../drivers/terraform-rpc.ts";
import { playScenarios } from "./play.ts";

playScenarios(terraformRpc);
playScenarios(terraformRpcNative);
