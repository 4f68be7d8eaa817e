import fc from "fast-check";
import { expect, it } from "vitest";
import { properties } from "../../../../test/fixtures/local-engine/properties.ts";
import { secret } from "../../values.ts";
import type { ResourceState } from "./deployment.ts";
import { createKeyring } from "./passphrase.ts";
import { createSealer, reveal } from "./sealing.ts";

const crypter = await createKeyring().create("pass");
const base: ResourceState = { urn: "urn:pulumi:dev::p::t:m:T::n", custom: true, type: "t:m:T", id: "i" };

it("opens what it sealed", () => {
  fc.assert(
    fc.property(properties(), properties(), (inputs, outputs) => {
      const resource = { ...base, inputs: { ...inputs, a: secret(1) }, outputs: { ...outputs, b: 2 } };
      const sealed: ResourceState = JSON.parse(JSON.stringify(createSealer(crypter).seal(resource)));
      expect(createSealer(crypter).open(sealed)).toEqual(JSON.parse(JSON.stringify(resource)));
      const shown: ResourceState = JSON.parse(JSON.stringify(reveal(resource)));
      expect(createSealer(crypter).open(shown)).toEqual(JSON.parse(JSON.stringify(resource)));
    }),
    { numRuns: 50 },
  );
});

it("keeps the ciphertext of a secret that has not changed, at its place only", () => {
  const sealer = createSealer(crypter);
  const [inputs, outputs] = [{ password: secret("hunter2") }, { password: secret("hunter2") }];
  const first = sealer.seal({ ...base, inputs, outputs });
  const again = createSealer(crypter);
  const second = again.seal(again.open(first));
  expect(second).toEqual(first);
  expect(first.inputs?.["password"]).not.toEqual(first.outputs?.["password"]);
  expect(JSON.stringify(first)).not.toContain("hunter2");
});
