import type { SecretStore } from "./store.ts";

/** What people call the projects of both sides; none where the identity may not read the project, which is usual. */
export interface ProjectNames {
  source: string | undefined;
  destination: string | undefined;
}

export async function projectNames({
  source,
  destination,
}: Readonly<Record<keyof ProjectNames, SecretStore>>): Promise<ProjectNames> {
  const names = await Promise.all([source.projectName(), destination.projectName()]);
  return { source: names[0], destination: names[1] };
}
