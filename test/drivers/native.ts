import { isThorough } from "../support/thorough.ts";
import type { Driver } from "./driver.ts";

/** The same driver with syncs that the source instance runs. */
export function native(driver: Driver): Driver {
  const reason =
    driver.unavailable ?? (driver.isSlow && !isThorough ? "only in npm run test:all" : undefined);
  return {
    ...driver,
    name: `${driver.name}, native`,
    execution: "native",
    ...(reason !== undefined && { unavailable: reason }),
  };
}
