/** What the constructs are made of: the part that cdktf and its fork cdktn have in common. */
import type { Construct } from "constructs";

/** A value that is only known when Terraform runs: an `IResolvable` of either library. */
export interface Resolvable {
  readonly creationStack: string[];
  resolve(context: never): unknown;
  toString(): string;
}

/** Has attributes that can be referred to. */
export interface Attributed {
  getStringAttribute(name: string): string;
  getNumberAttribute(name: string): number;
  getBooleanAttribute(name: string): Resolvable;
  getListAttribute(name: string): string[];
  getStringMapAttribute(name: string): Record<string, string>;
  interpolationForAttribute(name: string): unknown;
}

type ClassOf<Instance, Parameters extends unknown[]> = abstract new (...parameters: Parameters) => Instance;
type ElementClass<Instance> = ClassOf<Instance, [scope: Construct, id: string, config: never]>;

/** `typeof import("cdktf")` or `typeof import("cdktn")`. */
export interface Library {
  readonly TerraformProvider: ElementClass<object>;
  readonly TerraformResource: ElementClass<Attributed>;
  readonly TerraformDataSource: ElementClass<Attributed>;
  readonly ImportableResource: new (scope: Construct, id: string, config: never) => object;
  readonly ComplexObject: ClassOf<
    Attributed,
    [parent: never, attribute: string, isFromSet: boolean, index?: number]
  >;
  readonly ComplexList: ClassOf<object, [parent: never, attribute: string, wrapsSet: boolean]>;
  readonly StringMap: new (parent: never, attribute: string) => object;
  readonly Lazy: { anyValue(producer: { produce(): unknown }): Resolvable };
}

type ConfigOf<Class extends abstract new (...parameters: never[]) => object> =
  ConstructorParameters<Class>[2];

/** What Terraform itself takes in every resource: `dependsOn`, `lifecycle`, `provider` and the like. */
export type MetaArguments<L extends Library> = Omit<
  ConfigOf<L["TerraformResource"]>,
  "terraformResourceType" | "terraformGeneratorMetadata"
>;
