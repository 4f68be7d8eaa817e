import { localEngine, localEngineInline } from "../drivers/local-engine.ts";
import { native } from "../drivers/native.ts";
import { isThorough } from "../support/thorough.ts";
import { playScenarios } from "./play.ts";

playScenarios(localEngineInline);
playScenarios({ ...localEngine, ...(!isThorough && { unavailable: "only in npm run test:all" }) });
playScenarios(native(localEngine));
