import { cli } from "./pulumi-cli.ts";
import { isThorough } from "./thorough.ts";

/** An engine that the command runs on, with why it is not played, if so. */
interface PlayedEngine {
  engine: "local" | "pulumi";
  title: string;
  isPlayed: boolean;
  /** It could be played here. */
  isFound: boolean;
}

const pulumi: PlayedEngine = {
  engine: "pulumi",
  title: cli ? "pulumi (npm run test:all)" : "pulumi (not run: no pulumi on the PATH)",
  isPlayed: cli !== undefined && isThorough,
  isFound: cli !== undefined,
};

/** The local engine always, the CLI where it is found and all is to be played. */
export const ENGINES: readonly PlayedEngine[] = [
  { engine: "local", title: "local", isPlayed: true, isFound: true },
  pulumi,
];

/** Both only where all is to be played: for lives of many commands, whose parts are tested by themselves. */
export const THOROUGH_ENGINES: readonly PlayedEngine[] = [
  { engine: "local", title: "local (npm run test:all)", isPlayed: isThorough, isFound: true },
  pulumi,
];
