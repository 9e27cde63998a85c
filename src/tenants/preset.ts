import { z } from "zod";

/** What a preset may fix of a messages request: enough for an assistant with a voice of its own, nothing that moves the bill. */
export const PresetBody = z.strictObject({
  model: z.string().min(1).max(100),
  max_tokens: z.int().min(1),
  system: z
    .union([
      z.string().max(100_000),
      z.array(z.looseObject({ type: z.literal("text"), text: z.string().max(100_000) })).max(20),
    ])
    .optional(),
  temperature: z.number().min(0).max(1).optional(),
  stop_sequences: z.array(z.string().max(200)).max(20).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  output_config: z.looseObject({}).optional(),
});

export const PresetName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be lower-case letters, digits, - and _");

export const Presets = z.strictObject({ presets: z.record(PresetName, PresetBody) });
