import { z } from "zod";

/** 30 days. */
export const DEFAULT_TTL = 2_592_000;
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

/** Of one client secret. */
export const clientSecretSettings = {
  numUsesLimit: z.number().int().min(0),
  ttl: z.number().int().min(0).max(MAX_TTL),
};

export const ORDER = "Access token TTL cannot be greater than max TTL";

export const isOrdered = ({
  accessTokenTTL = DEFAULT_TTL,
  accessTokenMaxTTL = DEFAULT_TTL,
}: Pick<z.output<typeof settingsSchema>, "accessTokenTTL" | "accessTokenMaxTTL">): boolean =>
  accessTokenMaxTTL === 0 || accessTokenTTL <= accessTokenMaxTTL;
