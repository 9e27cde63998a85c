import { z } from "zod";

export type JsonSchema = { readonly [keyword: string]: unknown };
type Loose = Record<string, unknown>;

/** The shapes that have a name, as they are found. */
export type Components = Map<string, JsonSchema>;

/**
 * A schema as the document has it: of what is sent (`input`: before defaults and transforms) or of what is answered (`output`). What has a name is
 * put among the components and referred to.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output", components: Components): JsonSchema {
  const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io, override: tidied });
  for (const [id, shape] of Object.entries($defs)) {
    const found = referring(shape as Loose);
    const known = components.get(id);
    if (known && JSON.stringify(known) !== JSON.stringify(found)) throw new Error(`two shapes are named ${id}`);
    components.set(id, found);
  }
  return referring(root);
}

const referring = ({ id: _, ...schema }: Loose): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;

/** Leaves out what says nothing to a reader, and says what a text of a query is to be read as. */
function tidied({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Loose }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  const { def } = zodSchema._zod;
  if (def.type === "pipe" && isCoerced(def)) {
    const { $schema: _, ...out } = z.toJSONSchema(def.out as z.ZodType, { io: "input", override: tidied });
    // What was whole before a bound was put on it is whole still.
    Object.assign(jsonSchema, out, jsonSchema.type === "integer" && { type: "integer" });
  }
}

/** Of what arrives as text and is then a number: what it must be as a number is what counts. */
function isCoerced({ in: inner }: { readonly in: z.core.$ZodType }): boolean {
  const { def } = (inner as z.core.$ZodTypes)._zod;
  if (def.type === "pipe") return isCoerced(def);
  return def.type === "number" && def.coerce === true;
}
