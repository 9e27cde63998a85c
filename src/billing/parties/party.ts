import { z } from "zod";
import { Name } from "../../http/fields.ts";
import { iso } from "../../kernel/clock.ts";
import { ABROAD, isGstin, STATES, stateOfGstin } from "./gst.ts";
import type { ProfileRow, SellerRow } from "./store.ts";

/** What the documents say of those who supply and those who buy. */

const Line = z.string().trim().min(1).max(200);
const Address = z.strictObject({
  line1: Line,
  line2: Line.optional(),
  city: Line,
  postal_code: z.string().trim().min(3).max(12),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be an ISO 3166 code such as IN")
    .default("IN"),
});
const Gstin = z
  .string()
  .trim()
  .toUpperCase()
  .refine(isGstin, "is no GSTIN: fifteen characters, the last one a check digit")
  .nullable()
  .default(null);
const StateCode = z
  .string()
  .refine((code) => code in STATES, "must be GST's two digits of a State, such as 29 for Karnataka");

export const SellerFields = z
  .strictObject({
    legal_name: Name,
    gstin: Gstin,
    address: Address,
    state_code: StateCode,
    sac: z
      .string()
      .regex(/^\d{4,6}$/, "must be a SAC of four to six digits")
      .default("998315"),
    invoice_series: z
      .string()
      .regex(/^[A-Z0-9]{1,4}$/, "must be one to four capital letters or digits")
      .default("TG"),
    lut: z.string().trim().min(3).max(40).nullable().default(null),
  })
  .refine(({ gstin, state_code }) => gstin === null || stateOfGstin(gstin) === state_code, {
    path: ["state_code"],
    error: "is not the State of the GSTIN",
  });

export const ProfileFields = z
  .strictObject({
    name: Name,
    email: z.email().max(300),
    contact: z
      .string()
      .trim()
      .transform((text) => text.replace(/[\s()-]/g, ""))
      .transform((text) => (/^[6-9]\d{9}$/.test(text) ? `+91${text}` : text))
      .refine(
        (text) => /^\+[1-9]\d{7,14}$/.test(text),
        "must be a telephone number with its country, such as +919876543210",
      ),
    address: Address,
    state_code: z.string().max(2),
    gstin: Gstin,
  })
  .refine(({ address, state_code }) => (address.country === "IN" ? state_code in STATES : state_code === ABROAD), {
    path: ["state_code"],
    error: `must be GST's two digits of the State (29 for Karnataka), or ${ABROAD} for an address outside of India`,
  })
  .refine(({ gstin, state_code }) => gstin === null || stateOfGstin(gstin) === state_code, {
    path: ["state_code"],
    error: "is not the State of the GSTIN",
  });
export type ProfileFields = z.infer<typeof ProfileFields>;

export const presentSeller = ({ created_at, updated_at, ...row }: SellerRow) => ({
  ...row,
  account_id: row.id,
  created_at: iso(created_at),
  updated_at: iso(updated_at),
});

export const presentProfile = ({ created_at, updated_at, ...row }: ProfileRow) => ({
  ...row,
  state: STATES[row.state_code] ?? "Outside India",
  created_at: iso(created_at),
  updated_at: iso(updated_at),
});
