import { BaseSequencer, type TestSpecification } from "vitest/node";

const SLOW = [
  "test/scenarios/",
  "test/first-steps",
  "test/bench/",
  "test/examples",
  "test/agreement/",
  "test/faults/",
  "engines/local/compare-with-cli",
];

/**
 * Files that take long though they are small. A first run knows no times and takes the largest files first: these would be the
 * last ones, and most workers idle until they are through.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((name) => moduleId.includes(name));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
