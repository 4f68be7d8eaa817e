/** True in `npm run test:all`: every scenario on the real command line tools, more random worlds, more faults. */
export const isThorough = process.env["EXTERNAL_INFISICAL_TEST_ALL"] === "1";
