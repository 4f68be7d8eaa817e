import { z } from "zod";

const MAX_TTL = 315_360_000;
const ips = z.array(z.object({ ipAddress: z.string().trim() })).min(1);

/** Settings of contract §5.1 and §5.5; defaults are in identities.ts. */
export const settingsSchema = z.object({
  accessTokenTTL: z.number().int().min(0).max(MAX_TTL).optional(),
  accessTokenMaxTTL: z.number().int().min(0).max(MAX_TTL).optional(),
  accessTokenNumUsesLimit: z.number().int().min(0).optional(),
  accessTokenPeriod: z.number().int().min(0).max(MAX_TTL).optional(),
  accessTokenTrustedIps: ips.optional(),
  clientSecretTrustedIps: ips.optional(),
  lockoutEnabled: z.boolean().optional(),
  lockoutThreshold: z.number().int().min(1).max(30).optional(),
  lockoutDurationSeconds: z.number().int().min(30).max(86_400).optional(),
  lockoutCounterResetSeconds: z.number().int().min(5).max(3600).optional(),
});
