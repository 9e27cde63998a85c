import { z } from "zod";
import { STATES } from "../parties/gst.ts";
import type { PaperParty } from "./paper.ts";

/** Who supplied and who bought, as a document that was issued keeps them. */

const Address = z.object({
  line1: z.string(),
  line2: z.string().optional(),
  city: z.string(),
  postal_code: z.string(),
  country: z.string().default("IN"),
});
const Seller = z.object({
  legal_name: z.string(),
  gstin: z.string().nullable(),
  address: Address,
  state_code: z.string(),
  lut: z.string().nullable(),
});
const Buyer = z.object({
  name: z.string(),
  email: z.string(),
  gstin: z.string().nullable(),
  address: Address,
  state_code: z.string(),
});
export type Seller = z.infer<typeof Seller>;
export type Buyer = z.infer<typeof Buyer>;

export const sellerOf = (kept: unknown): Seller => Seller.parse(kept);
export const buyerOf = (kept: unknown): Buyer => Buyer.parse(kept);

/** The English name of a country by its ISO code. */
export const countryOf = (code: string): string =>
  new Intl.DisplayNames(["en"], { type: "region", fallback: "code" }).of(code) ?? code;

/** What Rule 46 asks to be said of both: name, address, State with its code, GSTIN. */
export const partiesOf = (seller: Seller, buyer: Buyer): readonly PaperParty[] => [
  {
    role: "Supplier",
    name: seller.legal_name,
    lines: [...linesOf(seller), `GSTIN: ${seller.gstin ?? "not registered"}`],
  },
  {
    role: "Recipient",
    name: buyer.name,
    lines: [...linesOf(buyer), ...gstinOf(buyer), ...(buyer.email ? [buyer.email] : [])],
  },
];

function linesOf({ address, state_code }: Pick<Buyer, "address" | "state_code">): readonly string[] {
  const { line1, line2, city, postal_code, country } = address;
  const state = STATES[state_code];
  return [
    ...[line1, ...(line2 ? [line2] : []), `${city} ${postal_code}`],
    state ? `State: ${state}, code ${state_code}` : countryOf(country),
  ];
}

const gstinOf = ({ gstin, address }: Buyer): readonly string[] =>
  gstin !== null ? [`GSTIN: ${gstin}`] : address.country === "IN" ? ["GSTIN: not registered"] : [];
