import { z } from "zod";
import { slug } from "../http/fields.ts";

/** Any hexadecimal digits in the form of a UUID, as the product's validator takes them; versions are not looked at. */
export const uuid = z.guid();

export const connectionName = slug(1, 64);
export const syncName = slug(1, 256);

/** Absent and null are different things in an update (control-plane §2.6). */
export const description = z.string().trim().max(256).nullable().optional();
