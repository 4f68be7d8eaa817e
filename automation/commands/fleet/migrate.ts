import { migrate as migrateDatabase } from "../../fleet/database/migrate.ts";
import { openDatabase } from "../../fleet/database/open.ts";
import { counted } from "../../report/counts.ts";
import { actAction } from "./action.ts";
import { fleetOptions } from "./options.ts";
import { meant } from "./reach.ts";

export const migrate = actAction({
  name: "migrate",
  options: fleetOptions,
  async act({ options, environment, session }) {
    await using database = await openDatabase(meant(options, environment, session), environment);
    return { database: database.description, steps: await migrateDatabase(database) };
  },
  text: ({ database, steps }) =>
    steps === 0
      ? `The ${database} is as this version has it.`
      : `The ${database} has the fleet's tables (${counted(steps, "step")} made).`,
});
