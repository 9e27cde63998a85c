import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "./stage.ts";

/** A customer of the operator: a tenant that pays in rupees, with a key. */
export interface Person {
  readonly id: string;
  readonly name: string;
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** Asks for answers that cost so many rupees or a little more; the last of them. */
  spend(rupees: number): Promise<Said>;
  /** One question, streamed; with another credential than the customer's own key where one is given. */
  ask(
    prompt: string,
    options?: { readonly onText?: (text: string) => void; readonly credential?: string },
  ): Promise<Said>;
  /** Signs up for a plan on Razorpay's hosted page, by card. */
  subscribe(plan_id: string): Promise<string>;
  billing(): Promise<Billing>;
}

export interface Said {
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
}

export interface Billing {
  readonly standing: string;
  readonly grants: readonly { kind: string; amount_micros: number; used_micros: number }[];
  readonly open: readonly { number: string; open_paise: number; pay_url: string | null }[];
}

/** The rate of the year, and what the plans make of it: rupees for a million output tokens of the model that everybody asks. */
export const FX = 85;
export const MARKUP = 1.5;
const USD_PER_MILLION = 10;
const TOKENS_MAX = 50_000;
const MODEL = "claude-sonnet-5-5";
/** A credential, and limits, are believed for a second: a change of plan is known by then. */
const BELIEVED_MS = 1_100;
export const believed = () => sleep(BELIEVED_MS);

export async function newPerson(
  stage: Stage,
  who: { readonly name: string; readonly state_code: string; readonly contact: string },
): Promise<Person> {
  const { name } = who;
  // Strict: no answer is cut in its middle, so what is metered is what was served, to the token.
  const tenant = { name, currency: "INR", hold: "strict" };
  const { id } = await stage.admin<{ id: string }>("POST", "tenants", tenant);
  const scopes = ["inference", "billing:read", "billing:write", "tokens:issue"];
  const { secret } = await stage.admin<{ secret: string }>("POST", `tenants/${id}/keys`, { name: "backend", scopes });
  const address = { line1: "1 Station Road", city: "Pune", postal_code: "411001" };
  const api: Person["api"] = (method, path, body) => stage.call(secret, method, path, body);
  await api("PUT", "billing/profile", { ...who, email: "accounts@example.com", address });

  const send = (credential: string, body: Record<string, unknown>) =>
    fetch(`${stage.url}/v1/messages`, {
      method: "POST",
      headers: {
        ...{ authorization: `Bearer ${credential}`, "anthropic-version": "2023-06-01" },
        "content-type": "application/json",
      },
      body: JSON.stringify({ model: MODEL, ...body }),
    });

  return {
    ...{ id, name, api },
    async spend(rupees) {
      let left = Math.ceil((rupees / (FX * MARKUP * USD_PER_MILLION)) * 1_000_000);
      for (; left > 0; left -= TOKENS_MAX) {
        const tokens = Math.min(left, TOKENS_MAX);
        const messages = [{ role: "user", content: `[[output_tokens=${tokens}]] go` }];
        const answer = await send(secret, { max_tokens: tokens, messages });
        const said = saidIn(answer.status, await answer.text());
        if (said.status !== 200) return said;
      }
      return saidIn(200, "");
    },
    async ask(prompt, { onText, credential = secret } = {}) {
      const messages = [{ role: "user", content: prompt }];
      const answer = await send(credential, { max_tokens: 300, stream: true, messages });
      let text = "";
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (const [, piece] of chunk.matchAll(/"text_delta","text":"((?:[^"\\]|\\.)*)"/g))
          onText?.(JSON.parse(`"${piece}"`) as string);
      }
      return saidIn(answer.status, text);
    },
    async subscribe(plan_id) {
      const made = await api<{ short_url: string }>("POST", "billing/subscription", { plan_id });
      await stage.pay(made.short_url, { method: "card_domestic" });
      await stage.until(stage.clock.now());
      await believed();
      return (await api<{ status: string }>("GET", "billing/subscription")).status;
    },
    billing: () => api<Billing>("GET", "billing"),
  };
}

function saidIn(status: number, text: string): Said {
  if (status === 200) return { status, code: null, message: "" };
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  return { status, code: error.code, message: error.message };
}
