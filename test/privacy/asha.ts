import { createHmac } from "node:crypto";
import { type Customer, PROFILE, type Shop } from "../billing/shop.ts";
import { type Answer, asAdmin, ask } from "../http/ask.ts";
import { ADMIN_TOKEN, WEBHOOK_SECRET } from "../support/world.ts";

/** A person with strings that are nobody else's, who left traces wherever a user can leave some. */
export interface Asha {
  readonly tenant: Customer;
  readonly id: string;
  call(method: string, path: string, json?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export const EXTERNAL_ID = "asha.rao-8842@clinic.example";
export const NAME = "Asha Raghunathan";
export const FORMER_NAME = "Asha Venkatesan";
export const EMAIL = "asha@raghunathan.example";
export const FORMER_EMAIL = "asha@venkatesan.example";
export const CONTACT = "9712345678";
export const LINE1 = "7 Jacaranda Row";
export const VPA = "jacaranda@okbank";
/** What must be gone from everywhere. */
export const STRINGS = [EXTERNAL_ID, FORMER_NAME, EMAIL, FORMER_EMAIL, CONTACT, "cardiology-ward-7", VPA];
/** What a tax invoice must say, and nothing else may. */
export const STATUTORY = [NAME, LINE1];

const MESSAGE = { model: "claude-sonnet-5-5", max_tokens: 50, messages: [{ role: "user", content: "Hello" }] };

let told = 0;
/** A webhook as Razorpay sends it, with more in it than the simulated one says. */
async function tellOf(shop: Shop, entities: Record<string, unknown>): Promise<void> {
  const payload = Object.fromEntries(Object.entries(entities).map(([name, entity]) => [name, { entity }]));
  const body = JSON.stringify({ entity: "event", event: "payment.captured", payload, created_at: 1_790_000_000 });
  const signature = createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex");
  const headers = { "x-razorpay-signature": signature, "x-razorpay-event-id": `told_${++told}` };
  const { status } = await ask(shop, "/webhooks/razorpay", { bytes: body, headers });
  if (status !== 200) throw new Error(`the webhook was answered with ${status}`);
}

/** She signs up, has another name first, tops up and pays, calls with tags and an idempotency key, and others write of her. */
export async function liveAsAsha(shop: Shop): Promise<Asha> {
  const tenant = await shop.customer({ tenant: { billing: "user" }, profile: false });
  const { token } = await tenant.api<{ token: string }>("POST", "auth/token", { sub: EXTERNAL_ID, ttl_seconds: 3_600 });
  const call: Asha["call"] = async (method, path, json, headers = {}) => {
    const answer = await ask(shop, path, {
      ...{ method, json, bearer: token },
      headers: { "anthropic-version": "2023-06-01", ...headers },
    });
    if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };

  const address = { ...PROFILE.address, line1: LINE1 };
  const profile = { ...PROFILE, contact: CONTACT, address };
  await call("PUT", "/api/billing/profile", { ...profile, name: FORMER_NAME, email: FORMER_EMAIL });
  const { body: topup } = await call("POST", "/api/billing/topups", { credit_micros: 50_000_000 });
  const { id } = (await asAdmin<{ data: { id: string }[] }>(shop, "GET", `tenants/${tenant.id}/users`)).body.data[0]!;
  await shop.admin("PATCH", `users/${id}`, { name: FORMER_NAME });
  await shop.admin("PATCH", `users/${id}`, { name: NAME });
  await shop.admin("PUT", `users/${id}/billing_profile`, { ...profile, name: NAME, email: EMAIL });
  await shop.account.person.pay(String(topup.order_id), { method: "upi" });
  await shop.pass(0);
  await shop.admin("POST", `users/ext:${EXTERNAL_ID}/credits`, {
    ...{ amount_micros: 1_000_000, reason: `sorry, ${NAME}: we were down` },
  });
  await shop.admin("POST", `tenants/${tenant.id}/keys`, { name: `laptop of ${NAME}`, user_id: id });
  await shop.admin("PUT", `tenants/${tenant.id}/users`, { external_id: "somebody-else", name: "Somebody Else" });
  await shop.admin("POST", "users/ext:somebody-else/credits", { amount_micros: 5_000_000, reason: "a welcome" });

  const { body: mandate } = await call("POST", "/api/billing/mandate", { max_amount_paise: 100_000, method: "upi" });
  await shop.account.person.pay(String(mandate.order_id), { method: "upi" });
  await shop.pass(0);
  await call("DELETE", `/api/billing/mandate/${mandate.id}`);
  await tellOf(shop, { payment: { id: "pay_OfSomebodyElse", email: EMAIL, vpa: "x@upi" } });
  await tellOf(shop, { payment: { id: "pay_OfSomebodyElse", order_id: topup.order_id, vpa: VPA } });

  const tagged = (tags: string) => ({ "x-tollgate-tags": tags });
  await call("POST", "/v1/messages", MESSAGE, { ...tagged("ward=cardiology-ward-7"), "idempotency-key": "once" });
  // The tenant's backend, which says in a tag of another user's call for whom it was.
  const letters = await ask(shop, "/v1/messages", {
    ...{ json: MESSAGE, key: tenant.key },
    headers: {
      ...{ "anthropic-version": "2023-06-01", "x-tollgate-user": "somebody-else" },
      ...tagged(`patient=${EMAIL},feature=letters`),
    },
  });
  if (letters.status !== 200) throw new Error(letters.text);
  // An administrator's kept answer.
  await ask(shop, `/api/admin/tenants/${tenant.id}/users`, {
    ...{ method: "POST", json: { external_id: "third", name: `brother of ${NAME}` } },
    ...{ bearer: ADMIN_TOKEN, headers: { "idempotency-key": "an admin-s" } },
  });
  await shop.pass(0);
  return { tenant, id, call };
}
