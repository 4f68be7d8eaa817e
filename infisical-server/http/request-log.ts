/** One request as it came in and went out; `status` is 0 while unanswered and when the connection was dropped. */
export interface RequestRecord {
  method: string;
  /** Without query. */
  path: string;
  query: Record<string, string | string[]>;
  status: number;
  bytesIn: number;
  bytesOut: number;
  /** Number of secrets in a batch body. */
  items?: number;
  /** Folder that a body names. */
  secretPath?: string;
  identityId?: string;
  userAgent?: string;
}

export function newRecord(method: string, url: string): RequestRecord {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query: RequestRecord["query"] = {};
  for (const [name, value] of new URLSearchParams(mark < 0 ? "" : url.slice(mark))) {
    const earlier = query[name];
    query[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return { method, path, query, status: 0, bytesIn: 0, bytesOut: 0 };
}
