import { ABROAD } from "../parties/gst.ts";

/** From whom the service is imported, as it is named on its own invoices. */
export const SUPPLIER = {
  legal_name: "Anthropic, PBC",
  address: {
    ...{ line1: "548 Market Street, PMB 90375", city: "San Francisco, CA", postal_code: "94104", country: "US" },
  },
  ...{ gstin: null, state_code: ABROAD, lut: null },
} as const;
