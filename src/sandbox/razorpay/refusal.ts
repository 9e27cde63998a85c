/** Razorpay's no: a status and its error body. */
export class Refused extends Error {
  readonly status: number;
  readonly body: { readonly error: Record<string, unknown> };

  constructor(description: string, extra: { status?: number; field?: string; reason?: string } = {}) {
    super(description);
    const { status = 400, field, reason } = extra;
    this.status = status;
    this.body = {
      error: {
        ...{ code: "BAD_REQUEST_ERROR", description, source: "business", step: "payment_initiation" },
        ...{ reason: reason ?? "input_validation_failed", metadata: {}, ...(field && { field }) },
      },
    };
  }
}

export const unknownId = () => new Refused("The id provided does not exist");
export const unknownUrl = () => new Refused("The requested URL was not found on the server.");
export const tooSmall = () => new Refused("The amount must be at least INR 1.00.", { field: "amount" });
export const needless = (fields: readonly string[]) =>
  new Refused(`${fields.join(", ")} is/are not required and should not be sent`);
