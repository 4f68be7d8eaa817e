import { expect, it } from "vitest";
import { plain } from "../../terminal/paint.ts";
import { logLines } from "./log-lines.ts";

it("tells people in a line each, from the level on that they want", () => {
  const lines: string[] = [];
  const log = logLines({
    level: "info",
    paint: plain,
    clean: (text) => text.replaceAll("hush", "[secret]"),
    write: (line) => void lines.push(line),
    now: () => new Date(2026, 2, 1, 9, 5, 7),
  });
  log.debug("asked", { route: "/" });
  log.info("run", { project: "shop", name: "billing", outcome: "changed" });
  log.warn("run", { project: "shop", name: "web", outcome: "failed", why: "Cannot read\nhush." });
  log.with({ project: "shop" }).error("telling news failed", new Error("It is away."), { attempts: 2 });
  expect(lines).toEqual([
    "09:05:07 shop/billing: changed",
    "09:05:07 shop/web: failed: Cannot read [secret].",
    "09:05:07 shop: telling news failed: attempts 2: It is away.",
  ]);
});
