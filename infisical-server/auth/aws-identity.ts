// Whose credentials a request was signed with, asked of AWS as the product does (contract §21.5).
import { z } from "zod";
import { badRequest } from "../http/errors.ts";
import type { Failure } from "./verify-jwt.ts";

const headersSchema = z.record(z.string(), z.string());
const answer = z.object({
  GetCallerIdentityResponse: z.object({
    GetCallerIdentityResult: z.object({ Account: z.string(), Arn: z.string() }),
  }),
});

export async function whoSigned(
  { iamRequestBody, iamRequestHeaders }: { iamRequestBody: string; iamRequestHeaders: string },
  stsEndpoint: string,
  fail: Failure,
): Promise<{ account: string; arn: string }> {
  const headers = headersSchema.safeParse(parsed(decoded(iamRequestHeaders))).data;
  if (!headers?.["Authorization"] || !headers["Host"]) throw fail("Invalid AWS request headers");
  const [, region = ""] = /Credential=[^/]+\/\d{8}\/([^/]+)\/sts\//.exec(headers["Authorization"]) ?? [];
  if (!/^[a-z0-9-]{1,20}$/.test(region)) throw badRequest("Invalid AWS region");
  // As the host of the endpoint comes with the request, only the path beside it is another.
  const { Host: host, ...rest } = headers;
  const response = await fetch(stsEndpoint, {
    method: "POST",
    headers: { ...rest, accept: "application/json", "x-forwarded-host": host ?? "" },
    body: decoded(iamRequestBody),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw fail("AWS does not answer");
  });
  const found = response.ok ? answer.safeParse(await response.json()).data : undefined;
  if (!found) throw fail("AWS refused the request");
  const { Account: account, Arn: arn } = found.GetCallerIdentityResponse.GetCallerIdentityResult;
  return { account, arn };
}

const decoded = (base64: string) => Buffer.from(base64, "base64").toString();

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
