import { Option } from "commander";

/** In which form to write: `FORMATS` of formats.ts, which is loaded when the command runs. */
export const formatOption = (): Option =>
  new Option("--format <format>", "a syncs.yaml, a Pulumi program, or HCL for Terraform and OpenTofu")
    .choices(["syncs", "pulumi", "terraform"])
    .default("syncs");
