/** What many scenarios say. */
export const overwrite = { initialSyncBehavior: "overwrite-destination" };

export const tree = { ...overwrite, includeAllSubFolders: true };

export const added = (...labels: string[]) =>
  Object.fromEntries(labels.map((label) => [label, "add" as const]));
