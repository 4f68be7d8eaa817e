import { native } from "../drivers/native.ts";
import { terraformClis } from "../drivers/terraform-cli.ts";
import { playScenarios } from "./play.ts";

for (const driver of terraformClis) {
  playScenarios(driver);
  playScenarios(native(driver));
}
