/**
 * A stack's key is derived from its passphrase in a million rounds, a quarter of a second each time. In processes that load
 * this, one round makes the key of a passphrase that begins as this one does: for stacks that only they open.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

export const QUICK_PASSPHRASE = "only for tests, and of one round";

export const QUICK = {
  PULUMI_CONFIG_PASSPHRASE: QUICK_PASSPHRASE,
  NODE_OPTIONS: `--import=${import.meta.url}`,
};

const { pbkdf2 } = crypto;
crypto.pbkdf2 = (password, salt, rounds, ...rest) =>
  pbkdf2(password, salt, String(password).startsWith(QUICK_PASSPHRASE) ? 1 : rounds, ...rest);
syncBuiltinESMExports();
