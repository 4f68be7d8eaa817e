import { pulumiPlugin } from "../drivers/pulumi-plugin.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiPlugin);
playScenarios({ ...pulumiPlugin, name: "pulumi-plugin, native", execution: "native" });
