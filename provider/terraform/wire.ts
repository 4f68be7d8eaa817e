/** Messages of the protocol as bytes, by protobufjs. */
import protobuf from "protobufjs/light.js";
import { type Message, type MessageName, messages } from "./protocol.ts";

const namespace = new protobuf.Namespace("tfplugin6");
new protobuf.Root().add(namespace);
for (const [name, fields] of Object.entries(messages)) {
  const type = new protobuf.Type(name);
  for (const [field, [of, number]] of Object.entries(fields)) {
    if (of.endsWith("{}")) type.add(new protobuf.MapField(field, number, "string", of.slice(0, -2)));
    else if (of.endsWith("[]")) type.add(new protobuf.Field(field, number, of.slice(0, -2), "repeated"));
    else type.add(new protobuf.Field(field, number, of));
  }
  namespace.add(type);
}

export function encodeMessage<Name extends MessageName>(name: Name, message: Message<Name>): Uint8Array {
  return namespace.lookupType(name).encode(message).finish();
}

export function decodeMessage<Name extends MessageName>(name: Name, bytes: Uint8Array): Message<Name> {
  const type = namespace.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: Number }) as Message<Name>;
}
