/**
 * A stack's key is derived from its passphrase in a million rounds, a quarter of a second each time. In processes that load
 * this, one round makes the key of a passphrase that begins as this one does, for stacks that only they open, or that is a
 * word of what is told; and each key is derived once, though commands that run one after the other all ask for it.
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

const known = new Map();

const { pbkdf2 } = crypto;
crypto.pbkdf2 = (password, salt, rounds, length, digest, done) => {
  const name = JSON.stringify([password, Buffer.from(salt).toString("hex"), rounds, length, digest]);
  if (known.has(name)) return process.nextTick(done, null, known.get(name));
  pbkdf2(password, salt, isQuick(password) ? 1 : rounds, length, digest, (error, key) => {
    if (key) known.set(name, key);
    done(error, key);
  });
};
syncBuiltinESMExports();
