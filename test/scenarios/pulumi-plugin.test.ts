import { native } from "../drivers/native.ts";
import { pulumiPlugin } from "../drivers/pulumi-plugin.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiPlugin);
playScenarios(native(pulumiPlugin));
