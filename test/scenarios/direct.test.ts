import { directRuns } from "../drivers/direct.ts";
import { native } from "../drivers/native.ts";
import { october2024, playScenarios } from "./play.ts";

playScenarios(directRuns);
playScenarios({ ...directRuns, previewsAll: false }, october2024);
playScenarios(native(directRuns));
