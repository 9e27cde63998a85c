/** What a key may do, in words. */
export const SCOPES: Readonly<Record<string, string>> = {
  inference: "Send messages, and read what they cost",
  "tokens:issue": "Issue short-lived tokens for end users",
  "users:act": "Act for an end user, named in a header",
  "billing:read": "See plans, credit and invoices",
  "billing:write": "Buy, change and cancel",
  "keys:write": "Make and revoke keys",
};

/** A scope that is not known here is shown by its own name. */
export const scopeInWords = (scope: string): string => SCOPES[scope] ?? scope;
