/**
 * A stack's key is derived from its passphrase in a million rounds, a quarter of a second each time. In processes that load
 * this, one round makes the key of a passphrase that begins as this one does: for stacks that only they open. So it is with words of what is told, for tests of such passphrases.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

export const QUICK_PASSPHRASE = "only for tests, and of one round";

export const QUICK_WORDS = ["create", "prod", "resource", "operation"];

export const QUICK = {
  PULUMI_CONFIG_PASSPHRASE: QUICK_PASSPHRASE,
  NODE_OPTIONS: `--import=${import.meta.url}`,
};

const isQuick = (password) => password.startsWith(QUICK_PASSPHRASE) || QUICK_WORDS.includes(password);

const { pbkdf2 } = crypto;
crypto.pbkdf2 = (password, salt, rounds, ...rest) =>
  pbkdf2(password, salt, isQuick(String(password)) ? 1 : rounds, ...rest);
syncBuiltinESMExports();
