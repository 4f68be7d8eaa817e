import type { RequestRecord } from "../../infisical-server/index.ts";

/** The requests that arrived, by instance. */
export interface Arrived {
  source: readonly RequestRecord[];
  destination: readonly RequestRecord[];
}

/** What went over the wire, as the servers recorded it. */
export interface Traffic {
  /** Of both sides together. */
  requests: number;
  sourceRequests: number;
  destinationRequests: number;
  /** Secret lists that were asked for, of both sides. */
  lists: number;
  /** Bodies, both ways. */
  bytes: number;
}

export function trafficOf({ source, destination }: Arrived): Traffic {
  const records = [...source, ...destination];
  return {
    requests: records.length,
    sourceRequests: source.length,
    destinationRequests: destination.length,
    lists: records.filter(isList).length,
    bytes: records.reduce((total, { bytesIn, bytesOut }) => total + bytesIn + bytesOut, 0),
  };
}

/** The product still lists by v3. */
const LISTS = ["/api/v4/secrets", "/api/v3/secrets/raw"];
const isList = ({ method, path }: RequestRecord) => method === "GET" && LISTS.includes(path);
