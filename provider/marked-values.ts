/** What stands for something else among the properties that Pulumi's engine, states and programs exchange. */

/** The key by which an object says that it does. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** What follows it: a secret, or a reference to a resource. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** A text: stands for a value that a preview cannot know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
