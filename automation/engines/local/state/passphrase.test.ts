import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyText } from "../../../../test/support/any-text.ts";
import { QUICK_PASSPHRASE } from "../../../../test/support/quick-passphrase.mjs";
import { type Crypter, createKeyring, readPassphrase } from "./passphrase.ts";

const keyring = createKeyring();
let crypter: Crypter;
beforeAll(async () => {
  crypter = await keyring.create(QUICK_PASSPHRASE);
});

describe("a crypter", () => {
  it("decrypts what it encrypted, and never encrypts twice alike", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [one, other] = [crypter.encrypt(text), crypter.encrypt(text)];
        expect(one).not.toBe(other);
        expect(crypter.decrypt(one)).toBe(text.toWellFormed());
        expect(crypter.decrypt(other)).toBe(text.toWellFormed());
      }),
    );
  });

  it("refuses a changed text", () => {
    const [version, nonce, body = ""] = crypter.encrypt("hunter2").split(":");
    const bytes = Buffer.from(body, "base64");
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    expect(() => crypter.decrypt(`${version}:${nonce}:${bytes.toString("base64")}`)).toThrow(
      "cannot be decrypted",
    );
    expect(() => crypter.decrypt("v2:x:y")).toThrow("cannot be decrypted");
  });

  it("is opened again by its salt and passphrase only", async () => {
    const again = await createKeyring().open(QUICK_PASSPHRASE, crypter.salt);
    expect(again.decrypt(crypter.encrypt("x"))).toBe("x");
    await expect(keyring.open(`${QUICK_PASSPHRASE}, and wrong`, crypter.salt)).rejects.toMatchObject({
      code: "wrong-passphrase",
    });
    await expect(keyring.open(QUICK_PASSPHRASE, "v1:nonsense")).rejects.toMatchObject({
      code: "invalid-state",
    });
  });

  it("opens a salt and a secret that the CLI wrote", async () => {
    // pulumi stack init, pulumi config set --secret s topsecret, with CLI 3.260 and the passphrase "pass"
    const theirs = await keyring.open(
      "pass",
      "v1:GrfGHuYeToU=:v1:WR3R7Yr7AvXEYRfw:2v7zmL2/czBrSI2DcIrmJGctuW1Fkw==",
    );
    expect(theirs.decrypt("v1:8RnDWaSDz/LZ+C4x:aHwJ7Jqe3MhHbkW+LC4tIWVzbrLXCWgJ0w==")).toBe("topsecret");
  });
});

describe("readPassphrase", () => {
  it("takes the variable, even if empty, before the file", async () => {
    expect(await readPassphrase({ PULUMI_CONFIG_PASSPHRASE: "", PULUMI_CONFIG_PASSPHRASE_FILE: "x" })).toBe(
      "",
    );
    expect(await readPassphrase({})).toBeUndefined();
  });

  it("reads the file without the line end", async () => {
    const folder = await mkdtemp(join(tmpdir(), "passphrase-"));
    await writeFile(join(folder, "p"), "from a file\n");
    expect(await readPassphrase({ PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "p") })).toBe("from a file");
    await rm(folder, { recursive: true });
    const missing = readPassphrase({ PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "p") });
    await expect(missing).rejects.toMatchObject({ code: "wrong-passphrase" });
  });
});
