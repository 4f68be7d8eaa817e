import { directRuns } from "../drivers/direct.ts";
import { native } from "../drivers/native.ts";
import { october2024, playScenarios } from "./play.ts";

// Of others a quick run previews the first step: each deployment plans as its preview does.
playScenarios(directRuns);
// What an older instance is asked in other words, its own tests show.
playScenarios({ ...directRuns, isSlow: true, previewsAll: false }, october2024);
playScenarios(native({ ...directRuns, previewsAll: false }));
