import { native } from "../drivers/native.ts";
import { pulumiCli } from "../drivers/pulumi-cli.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiCli);
playScenarios(native(pulumiCli));
