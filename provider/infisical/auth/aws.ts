/** The request by which AWS tells whose credentials it was signed with: signed here, and sent to AWS by the instance. */
import { createHash, createHmac } from "node:crypto";
import { lookUp } from "../../look-up.ts";

/** As the AWS command line and SDKs read them from the environment. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken: string | undefined;
  region: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment lacks, by name, where it lacks something. */
export function awsCredentials(environment: Environment): AwsCredentials | { missing: string[] } {
  const of = (name: string) => lookUp(environment, name)?.trim() || undefined;
  const accessKeyId = of("AWS_ACCESS_KEY_ID");
  const secretAccessKey = of("AWS_SECRET_ACCESS_KEY");
  const region = of("AWS_REGION") ?? of("AWS_DEFAULT_REGION");
  if (accessKeyId && secretAccessKey && region)
    return { accessKeyId, secretAccessKey, region, sessionToken: of("AWS_SESSION_TOKEN") };
  const named = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  };
  return { missing: Object.entries(named).flatMap(([name, value]) => (value ? [] : [name])) };
}

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";
const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * The fields of the login (data-plane §21.5): one fixed request, signed by version 4 of AWS's signatures.
 *
 * @param now AWS takes a signature for some minutes only
 */
export function signedIdentityRequest(credentials: AwsCredentials, now: Date) {
  return {
    iamHttpRequestMethod: "POST",
    iamRequestBody: base64(BODY),
    iamRequestHeaders: base64(JSON.stringify(signedHeaders(credentials, now))),
  };
}

function signedHeaders(credentials: AwsCredentials, now: Date): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = credentials;
  const time = now.toISOString().replaceAll(/[:-]|\.\d{3}/g, "");
  const scope = [time.slice(0, 8), region, "sts", "aws4_request"];
  // In the order of their names, as they are signed. Instances look for Host in this spelling.
  const headers = {
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    Host: `sts.${region}.amazonaws.com`,
    "X-Amz-Date": time,
    ...(sessionToken !== undefined && { "X-Amz-Security-Token": sessionToken }),
  };
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const lines = Object.entries(headers).map(([name, value]) => `${name.toLowerCase()}:${value}\n`);
  const request = ["POST", "/", "", lines.join(""), names.join(";"), sha256(BODY)].join("\n");
  const toSign = [ALGORITHM, time, scope.join("/"), sha256(request)].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString("hex");
  return {
    ...headers,
    Authorization: `${ALGORITHM} Credential=${accessKeyId}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
