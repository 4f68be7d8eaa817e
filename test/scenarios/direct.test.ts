import { directScenarios } from "../drivers/direct.ts";
import { native } from "../drivers/native.ts";
import { october2024, playScenarios } from "./play.ts";

playScenarios(directScenarios);
playScenarios({ ...directScenarios, previewsAll: false }, october2024);
playScenarios(native(directScenarios));
