import { expect, test } from "vitest";
import { withNamesOfOutput, withTypesApart } from "../scripts/declarations/older.ts";

test("types in a list of names stand apart", () => {
  const apart = withTypesApart(
    'import { type A, B, type C as D } from "./b";\nexport { type A };\nexport * from "c";',
  );
  expect(apart).toBe(
    'import type { A, C as D } from "./b";\nimport { B } from "./b";\nexport type { A };\nexport * from "c";',
  );
});

test("files are named as they are when built, and packages stay", () => {
  const text = 'import "./a.ts";\nexport * from "../b/c.ts";\ntype D = import("./d.ts").D;\nimport "e.ts";';
  expect(withNamesOfOutput(text)).toBe(
    'import "./a.js";\nexport * from "../b/c.js";\ntype D = import("./d.js").D;\nimport "e.ts";',
  );
});
