// The sync of the task, as an adapter would pass it to the resource.

/** The provider's configuration: the source instance. */
export const configuration = ({ source }) => ({
  host: source.url,
  clientId: source.clientId,
  clientSecret: source.clientSecret,
});

/** Inputs of the sync, its connection's included. */
export const syncInputs = ({ source, destination, isTree }) => ({
  name: "bench",
  ...placeOf(source),
  destinationConfig: placeOf(destination),
  syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: isTree },
  connectionId: "connection",
  connectionName: "bench",
  instanceUrl: destination.url,
  machineIdentityClientId: destination.clientId,
  machineIdentityClientSecret: destination.clientSecret,
});

const placeOf = ({ projectId, environment, secretPath }) => ({ projectId, environment, secretPath });
