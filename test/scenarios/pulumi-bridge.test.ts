import { native } from "../drivers/native.ts";
import { pulumiBridge } from "../drivers/pulumi-bridge.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiBridge);
playScenarios(native(pulumiBridge));
