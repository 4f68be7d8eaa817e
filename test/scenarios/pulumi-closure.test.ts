import { native } from "../drivers/native.ts";
import { pulumiClosure } from "../drivers/pulumi-closure.ts";
import { playScenarios } from "./play.ts";

// What differs is played by the direct driver; here only the way there.
playScenarios(pulumiClosure);
playScenarios(native(pulumiClosure));
