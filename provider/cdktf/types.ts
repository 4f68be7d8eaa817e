/** The types of the classes, for whichever library they are made. */
import type { Construct } from "constructs";
import type { Library, MetaArguments } from "./library.ts";
import type { Known, Optional } from "./table.ts";

type BooleanOf<L extends Library> =
  | boolean
  | ReturnType<InstanceType<L["TerraformResource"]>["getBooleanAttribute"]>;

type IsMap<T> = string extends keyof T ? true : false;
type IsNested<T> = [T] extends [string | number | boolean] ? false : IsMap<T> extends true ? false : true;

/** An object among the attributes: a reference to it as a whole, and to each of its own. */
type Reference<L extends Library, T> = InstanceType<L["ComplexObject"]> & {
  readonly [K in keyof T]-?: Attribute<L, Known<T[K]>>;
};

type List<L extends Library, T> = InstanceType<L["ComplexList"]> & { get(index: number): Reference<L, T> };

/** What reading an attribute gives: a token, which becomes a reference in the configuration. */
type Attribute<L extends Library, T> = [T] extends [boolean]
  ? BooleanOf<L>
  : [T] extends [number]
    ? number
    : [T] extends [string | number]
      ? string
      : [T] extends [readonly string[]]
        ? string[]
        : [T] extends [readonly (infer Element)[]]
          ? List<L, Element>
          : IsMap<T> extends true
            ? { [key: string]: string }
            : Reference<L, T>;

type Result<L extends Library, T> = IsMap<T> extends true ? InstanceType<L["StringMap"]> : Attribute<L, T>;

type Plain<T> = { [K in keyof T as IsNested<Known<T[K]>> extends true ? never : K]: T[K] };
type Nested<T> = { [K in keyof T as IsNested<Known<T[K]>> extends true ? K : never]: T[K] };

/** What was given can be asked for, and what is optional can be taken back. */
type Given<A> = { readonly [K in keyof A & string as `${K}Input`]: A[K] | undefined } & {
  [K in Optional<A> as `reset${Capitalize<K>}`]: () => void;
} & { [K in keyof Nested<A> & string as `put${Capitalize<K>}`]: (value: NonNullable<A[K]>) => void };

type Attributes<L extends Library, A, R> = {
  -readonly [K in keyof Plain<A>]-?: Attribute<L, Known<A[K]>>;
} & {
  readonly [K in keyof Nested<A>]-?: Attribute<L, Known<A[K]>>;
} & { readonly [K in keyof R]: Result<L, R[K]> };

/** A class of resources. */
export interface ResourceClass<L extends Library, A, R> {
  /** Type of the resource in Terraform. */
  readonly tfResourceType: string;
  /**
   * Writes an `import` block without a resource: `terraform plan -generate-config-out=…` then makes a configuration
   * for what is there. To import into a resource of the program, use its `importFrom(id)`.
   *
   * @param importToId id of the construct that the configuration is made for
   * @param importFromId what to import, in one of the forms that the class names
   */
  generateConfigForImport(
    scope: Construct,
    importToId: string,
    importFromId: string,
    provider?: InstanceType<L["TerraformProvider"]>,
  ): InstanceType<L["ImportableResource"]>;
  new (
    scope: Construct,
    id: string,
    config: A & MetaArguments<L>,
  ): InstanceType<L["TerraformResource"]> & Attributes<L, A, R> & Given<A>;
}

/** A class of data sources. */
export interface DataSourceClass<L extends Library, A, R> {
  /** Type of the data source in Terraform. */
  readonly tfResourceType: string;
  new (
    scope: Construct,
    id: string,
    // Where nothing is required, nothing need be written.
    ...config: Record<never, never> extends A
      ? [config?: A & MetaArguments<L>]
      : [config: A & MetaArguments<L>]
  ): InstanceType<L["TerraformDataSource"]> & Attributes<L, A, R> & Given<A>;
}

/** A class of provider blocks: what was given is read back as it is. */
export interface ProviderClass<L extends Library, A> {
  /** Type of the provider in Terraform. */
  readonly tfResourceType: string;
  new (
    scope: Construct,
    id: string,
    config?: A & { readonly alias?: string },
  ): InstanceType<L["TerraformProvider"]> & { -readonly [K in keyof A]: A[K] | undefined } & Given<A>;
}
