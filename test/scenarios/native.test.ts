import { native } from "../drivers/direct.ts";
import { playScenarios } from "./play.ts";

playScenarios(native);
