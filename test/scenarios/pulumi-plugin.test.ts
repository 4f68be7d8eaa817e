import { native } from "../drivers/native.ts";
import { pulumiPluginRuns } from "../drivers/pulumi-plugin.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiPluginRuns);
playScenarios(native(pulumiPluginRuns));
