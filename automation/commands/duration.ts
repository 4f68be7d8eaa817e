import { z } from "zod";

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+)([smhd])$/;

/** A duration as people write it, `90s`, `10m`, `24h` or `7d`, in milliseconds. */
export const durationMs = z
  .string()
  .trim()
  .regex(DURATION, "must be a number with its unit, such as 90s, 10m, 24h or 7d")
  .transform((text) => {
    const [, number = "0", unit = "s"] = DURATION.exec(text) ?? [];
    return Number(number) * UNITS[unit as keyof typeof UNITS];
  });
