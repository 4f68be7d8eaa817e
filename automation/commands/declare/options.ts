/** Options of the commands that write a declaration. */
import { z } from "zod";
import { option, repeatable } from "../options.ts";

export const FORMATS = ["syncs", "pulumi", "terraform"] as const;

export const format = option(z.enum(FORMATS).default("syncs"), {
  value: "format",
  text: "a syncs.yaml, a Pulumi program, or HCL for Terraform and OpenTofu",
});

export const allowHost = repeatable("host", "talk to no other hosts; repeatable");
