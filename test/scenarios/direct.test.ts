import { direct } from "../drivers/direct.ts";
import { native } from "../drivers/native.ts";
import { playScenarios } from "./play.ts";

playScenarios(direct);
playScenarios(native(direct));
