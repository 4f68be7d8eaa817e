import { describe, expect, it } from "vitest";
import { planFilter, withoutPlanValues } from "./saved-plan.ts";

/** As Pulumi 3.260 prints it, of a secret of two lines. */
const TOLD = `Updating (dev):
    error: resource urn:pulumi:dev::demo::Thing::a violates plan: properties changed: ~~password[{&{{PLANTED-one
    line}}}!={&{{PLANTED-two}}}]
Outputs:
`;

describe("what the CLI tells of an update that differs from its plan", () => {
  it("keeps the resource and loses the values, however many lines they have", () => {
    const text = withoutPlanValues(TOLD);
    expect(text).toContain("urn:pulumi:dev::demo::Thing::a violates plan");
    expect(text).not.toMatch(/PLANTED|line/);
    expect(withoutPlanValues("no plan is violated")).toBe("no plan is violated");
  });

  it("loses them in whatever pieces it comes", () => {
    for (let size = 1; size < TOLD.length; size++) {
      let printed = "";
      const filter = planFilter((text) => {
        printed += text;
      });
      for (let at = 0; at < TOLD.length; at += size) filter.add(TOLD.slice(at, at + size));
      filter.end();
      expect(printed).toContain("Updating (dev):");
      expect(printed).toContain("violates plan");
      expect(printed).not.toMatch(/PLANTED|line\}/);
    }
  });
});
