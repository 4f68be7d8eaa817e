import { localEngine } from "../drivers/local-engine.ts";
import { playScenarios } from "./play.ts";

playScenarios(localEngine);
