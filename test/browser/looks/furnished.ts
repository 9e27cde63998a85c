import type { Browser } from "playwright-core";
import { type Business, openBusiness } from "../dashboard-business.ts";
import { call } from "../dashboard-person.ts";
import { customer } from "../portal-person.ts";
import type { Served } from "../served.ts";

/** A Tollgate in which there is something of everything, so that no page is empty. */
export interface Furnished extends Business {
  readonly requestId: string;
  readonly userId: string;
  readonly alertId: string;
  readonly webhookId: string;
  readonly endpointId: string;
  readonly runId: string;
  /** Of an administrator who may look, and change nothing. */
  readonly supportKey: string;
  /** A tenant that has a key, and nothing else. */
  readonly newcomer: { readonly tenantId: string; readonly key: string };
  /** A user's of the customer, for the portal. */
  readonly userToken: string;
}

const MODELS = ["claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5"];
const COMPANIES = ["Bharat Legal", "Kaveri Health", "Nimbus CRM", "Sahyadri Foods", "Tara Learning"];
const CREDIT_MICROS = 4_000_000_000;

/** Calls of every company on one day: more on some days than on others, and more of some companies. */
function dayOf(served: Served, keys: readonly string[]) {
  return async (day: number): Promise<void> => {
    for (const [company, key] of keys.entries())
      for (let asked = 0; asked < 1 + ((day * 3 + company * 5) % 4); asked++) {
        const output = 300 + ((day * 911 + company * 377 + asked * 613) % 2_400);
        const model = MODELS[(day + company + asked) % MODELS.length];
        await call(served, key, `[[output_tokens=${output}]] [[pace_ms=0]] ${"about gates ".repeat(20 + day)}`, model);
      }
  };
}

/** `days`: how many days of the month that passes somebody calls on; all of them fill the charts, one is quick. */
export async function furnish(
  { browser, served }: { readonly browser: Browser; readonly served: Served },
  { days }: { readonly days: number },
): Promise<Furnished> {
  const { admin } = served;
  const idOf = async (method: string, path: string, body: unknown) =>
    (await admin<{ id: string }>(method, path, body)).id;
  // Nobody listens there: its deliveries fail, and are tried again.
  const endpointId = await idOf("POST", "endpoints", { url: "http://127.0.0.1:9/hook", types: ["invoice.*"] });
  await admin("POST", "promotions", { code: "WELCOME50", credit_micros: 50_000_000, max_redemptions: 500 });
  const keys: string[] = [];
  for (const name of COMPANIES.slice(0, days > 1 ? undefined : 1)) {
    const external_id = name.toLowerCase().replace(" ", "-");
    keys.push((await served.keyWith(CREDIT_MICROS, { name, external_id, currency: "INR" })).key);
  }
  const onDay = dayOf(served, keys);
  const business = await openBusiness({ browser, served }, { days, onDay });
  const { tenantId, key, planId, paid } = business;

  const userId = await idOf("POST", `tenants/${tenantId}/users`, {
    ...{ external_id: "maya@example.com", name: "Maya Iyer" },
  });
  const { secret } = await admin<{ secret: string }>("POST", `tenants/${tenantId}/keys`, {
    ...{ name: "Maya's notebook", user_id: userId },
  });
  await admin("PUT", "limits", {
    ...{ scope: "tenant", subject_id: tenantId },
    limits: [
      { metric: "requests", window: "day", amount: 1_000, alert_at: [0.001] },
      { metric: "spend_micros", window: "month", amount: 900_000_000 },
    ],
  });
  await admin("POST", `tenants/${tenantId}/issuers`, {
    ...{ issuer: "https://login.acme.example/", audience: "tollgate", algorithms: ["HS256"] },
    shared_secret: "a secret of at least thirty-two letters",
  });
  await onDay(days);
  const { request_id: requestId } = await call(
    served,
    secret,
    "[[output_tokens=420]] [[pace_ms=0]] Explain a toll gate",
  );

  const { data: payments } = await admin<{ data: { id: string }[] }>("GET", `payments?invoice_id=${paid.id}`);
  await admin("POST", "refunds", { payment_id: payments[0]?.id, amount_paise: 5_000, reason: "Sorry for the outage" });
  // Those who bought it have the version before.
  await admin("PATCH", `plans/${planId}`, { price_paise: 59_900 });
  const { secret: supportKey } = await admin<{ secret: string }>("POST", "keys", { name: "Sana", role: "support" });
  const newcomer = await customer(served, { name: "Newly Come" });
  const asked = await fetch(`${served.url}/api/auth/token`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ sub: "maya@example.com" }),
  });
  const { token: userToken } = (await asked.json()) as { token: string };
  const firstOf = async (path: string) => (await admin<{ data: { id: string }[] }>("GET", path)).data[0]?.id ?? "";
  return {
    ...{ ...business, requestId, userId, endpointId, supportKey, newcomer, userToken },
    alertId: await firstOf("alerts?type=quota.threshold&limit=1"),
    // What is proved every night.
    runId: await firstOf("reconciliations?limit=1"),
    webhookId: await firstOf("webhooks?limit=1"),
  };
}
