import { localEngine } from "../drivers/local-engine.ts";
import { native } from "../drivers/native.ts";
import { playScenarios } from "./play.ts";

playScenarios(localEngine);
playScenarios(native(localEngine));
