import type { Input } from "@pulumi/pulumi";

/** Arguments as a program gives them: each may be an output, at any depth. */
export type Inputs<Arguments> = { [K in keyof Arguments]: InputOf<Exclude<Arguments[K], undefined>> };

type InputOf<Value> = [Value] extends [object]
  ? string extends keyof Value
    ? Input<Record<string, Input<Value[keyof Value]>>>
    : Input<Inputs<Value>>
  : Input<Value>;
