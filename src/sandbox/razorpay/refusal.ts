/** How much of an error body is filled in: it depends on which part of Razorpay speaks. */
export type Manner = "business" | "bare" | "na";

/** Razorpay's no: a status and its error body. */
export class Refused extends Error {
  readonly status: number;
  readonly body: { readonly error: Record<string, unknown> };

  constructor(
    description: string,
    extra: { status?: number; field?: string; reason?: string; code?: string; manner?: Manner } = {},
  ) {
    super(description);
    const { status = 400, field, reason, code = "BAD_REQUEST_ERROR", manner = "business" } = extra;
    this.status = status;
    const rest = {
      business: { source: "business", step: "payment_initiation", reason: reason ?? "input_validation_failed" },
      na: { source: "NA", step: "NA", reason: "NA" },
      bare: null,
    }[manner];
    this.body = { error: { code, description, ...(rest && { ...rest, metadata: {} }), ...(field && { field }) } };
  }
}

export const unknownId = () => new Refused("The id provided does not exist");
export const malformedId = (id: string) => new Refused(`${id} is not a valid id`, { manner: "bare" });
export const unknownUrl = () => new Refused("The requested URL was not found on the server.", { manner: "na" });
export const tooSmall = () => new Refused("The amount must be at least INR 1.00.", { field: "amount" });
export const needless = (fields: readonly string[]) =>
  new Refused(`${fields.join(", ")} is/are not required and should not be sent`, { manner: "bare" });
export const required = (field: string) => new Refused(`The ${field} field is required.`, { field });
export const notBefore = (field: string) => new Refused(`${field} cannot be lesser than the current time.`, { field });
