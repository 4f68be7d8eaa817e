import { direct } from "../drivers/direct.ts";
import { native } from "../drivers/native.ts";
import { october2024, playScenarios } from "./play.ts";

playScenarios(direct);
playScenarios({ ...direct, previewsAll: false }, october2024);
playScenarios(native(direct));
