import { native } from "../drivers/native.ts";
import { pulumiClosure } from "../drivers/pulumi-closure.ts";
import { playScenarios } from "./play.ts";

playScenarios(pulumiClosure);
playScenarios(native(pulumiClosure));
