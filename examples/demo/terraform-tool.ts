import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";

/** A `terraform` or `tofu` that answers. */
export interface Tool {
  name: string;
  version: string;
}

/** Older ones have no write-only arguments, which the example uses. */
const OLDEST_MINOR = 11;

/** The one that is asked for, else the first on the PATH. Without one, this process says how to get it, and ends. */
export async function requireTool(asked: string | undefined): Promise<Tool> {
  const found = await findTool(asked);
  if (typeof found !== "string") return found;
  console.error(found);
  process.exit(1);
}

async function findTool(asked: string | undefined): Promise<Tool | string> {
  const names = asked === undefined ? ["terraform", "tofu"] : [asked];
  const tools = (await Promise.all(names.map(versionOf))).flatMap((tool) => tool ?? []);
  const tool = tools.find(isNewEnough) ?? tools[0];
  if (tool === undefined) return missing(names);
  return isNewEnough(tool)
    ? tool
    : `This demo needs ${tool.name} 1.${OLDEST_MINOR} or later; found ${tool.version}. ${HOW_TO_GET}`;
}

async function versionOf(name: string): Promise<Tool | undefined> {
  try {
    const { stdout } = await promisify(execFile)(name, ["version", "-json"], {
      // Without the user's settings: a warning about them would stand in the answer.
      env: { PATH: process.env["PATH"], HOME: tmpdir(), CHECKPOINT_DISABLE: "1" },
    });
    return { name, version: (JSON.parse(stdout) as { terraform_version: string }).terraform_version };
  } catch {
    return undefined;
  }
}

function isNewEnough({ version }: Tool): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || minor >= OLDEST_MINOR;
}

const HOW_TO_GET = `Get one of them:
  Terraform  https://developer.hashicorp.com/terraform/install   (macOS: brew install hashicorp/tap/terraform; Windows: winget install HashiCorp.Terraform)
  OpenTofu   https://opentofu.org/docs/intro/install             (macOS: brew install opentofu; Windows: winget install OpenTofu.Tofu)`;

const missing = (names: readonly string[]) =>
  `This demo runs on the real tool, and there is no ${names.join(" or ")} on the PATH. ${HOW_TO_GET}
Everything else can be tried without them: npm run demo`;

// Run by itself before anything is built: nobody should wait to hear that a tool is missing.
if (process.argv[1] === import.meta.filename) await requireTool(process.argv[2]);
