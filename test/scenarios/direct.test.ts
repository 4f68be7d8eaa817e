import { direct } from "../drivers/direct.ts";
import { playScenarios } from "./play.ts";

playScenarios(direct);
