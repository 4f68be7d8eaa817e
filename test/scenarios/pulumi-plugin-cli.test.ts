import { native } from "../drivers/native.ts";
import { pulumiPluginCli } from "../drivers/pulumi-plugin-cli.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiPluginCli);
playScenarios(native(pulumiPluginCli));
