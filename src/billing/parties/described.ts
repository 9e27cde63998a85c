import { z } from "zod";
import { At, adminChapter, Id, IdOrNull, listTold, named } from "../../http/operation.ts";
import { adminDoorsDescribed, customerDoorDescribed } from "../described-doors.ts";
import { ProfileFields, SellerFields } from "./party.ts";

const Address = z.object({
  ...{
    line1: z.string(),
    line2: z.string().optional(),
    city: z.string(),
    postal_code: z.string(),
    country: z.string(),
  },
});
const Seller = named(
  "Seller",
  z.object({
    ...{ id: Id, account_id: Id, tenant_id: IdOrNull, legal_name: z.string(), gstin: z.string().nullable() },
    ...{ address: Address, state_code: z.string(), sac: z.string(), invoice_series: z.string() },
    ...{ lut: z.string().nullable(), created_at: At, updated_at: At },
  }),
  "Who supplies, one for each Razorpay account: `operator`, or a tenant that has its own.",
);
const BillingProfile = named(
  "BillingProfile",
  z.object({
    ...{ customer_id: Id, tenant_id: Id, name: z.string(), email: z.string(), contact: z.string(), address: Address },
    ...{ state_code: z.string(), state: z.string(), gstin: z.string().nullable(), created_at: At, updated_at: At },
  }),
  "What a customer's invoices say of it, and whose State decides their tax.",
);

export const sellerAdminDescribed = adminChapter("Sellers", {
  "GET /sellers": { summary: "List who supplies", answers: { 200: listTold(Seller) } },
  "PUT /sellers/:account_id": {
    summary: "Say who supplies",
    description: "`operator`, or a tenant with a Razorpay account of its own.",
    ...{ body: SellerFields, answers: { 200: Seller }, problems: ["conflict"] },
  },
});

const show = { summary: "Show a billing profile", answers: { 200: BillingProfile } };
const save = { summary: "Save a billing profile", body: ProfileFields, answers: { 200: BillingProfile } };
export const profileAdminDescribed = adminDoorsDescribed("Customers", {
  "GET /billing_profile": show,
  "PUT /billing_profile": save,
});
export const profileDescribed = customerDoorDescribed({
  "GET /profile": { ...show, problems: ["not_found"] },
  "PUT /profile": save,
});
