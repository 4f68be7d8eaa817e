import { PgBoss } from "pg-boss";
import { expect, it, vi } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { startWorld } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { startTestWorker } from "./fleet.ts";

it("looks after no queue where it could not start", async () => {
  await using world = await startWorld();
  const database = await openTestDatabase();
  const query: Database["query"] = (sql, parameters) =>
    sql.includes("insert into worker")
      ? Promise.reject(new Error("permission denied for table worker"))
      : database.query(sql, parameters);
  const stopped = vi.spyOn(PgBoss.prototype, "stop");
  await expect(startTestWorker({ ...database, query }, world)).rejects.toThrow("permission denied");
  expect(stopped).toHaveBeenCalledOnce();
  stopped.mockRestore();
});
