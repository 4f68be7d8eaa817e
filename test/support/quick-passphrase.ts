/** A stack's key is derived from its passphrase in a million rounds, a quarter of a second each time. */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** For stacks that only this process opens: here one round makes their key. Others would derive another one. */
export const QUICK_PASSPHRASE = "only for tests, and of one round";

const { pbkdf2 } = crypto;
crypto.pbkdf2 = (password, salt, rounds, ...rest) =>
  pbkdf2(password, salt, password === QUICK_PASSPHRASE ? 1 : rounds, ...rest);
syncBuiltinESMExports();
