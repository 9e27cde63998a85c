/**
 * `npm run demo`: a tenant's day on the sandbox, told step by step, on a database of its own that is thrown away. It ends with the
 * books held against what the provider served; a difference fails it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./support/server-process.ts";

const ADMIN = "demo-admin-token-0123456789";
const folder = mkdtempSync(join(tmpdir(), "tollgate-demo-"));
const server = await startServer({
  DATABASE_URL: `file:${join(folder, "demo.db")}`,
  TOLLGATE_ADMIN_TOKEN: ADMIN,
  LOG_LEVEL: "info",
});

const say = (text: string) => console.log(text);
const admin = <T = Record<string, string>>(method: string, path: string, body?: unknown) =>
  server.call<T>(ADMIN, method, `admin/${path}`, body);
const rupees = (micros: number) => `₹${(micros / 1_000_000).toFixed(4)}`;

interface Outcome {
  readonly status: number;
  readonly text: string;
}

/** One streamed question; what arrives is passed to `onText`. */
async function ask(
  credential: string,
  prompt: string,
  options: { max_tokens?: number; signal?: AbortSignal; onText?: (text: string) => void } = {},
): Promise<Outcome> {
  const answer = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${credential}`,
      "anthropic-version": "2023-06-01",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      model: "claude-sonnet-5-5",
      max_tokens: options.max_tokens ?? 300,
      stream: true,
      messages: [{ role: "user", content: prompt }],
    }),
    signal: options.signal,
  });
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    options.onText?.(chunk);
  }
  return { status: answer.status, text };
}

const used = async (tenant: string) =>
  (await admin<{ data: { used_micros: number; held_micros: number }[] }>("GET", `tenants/${tenant}/credits`)).data[0]!;

try {
  say("1. Acme becomes a tenant, with ₹100 of credit and a key. Its drained streams are read to the end.");
  const { id } = await admin("POST", "tenants", { name: "Acme", external_id: "acme", on_disconnect: "drain" });
  await admin("POST", `tenants/${id}/credits`, { amount_micros: 100_000_000, reason: "welcome" });
  const { secret: key } = await admin("POST", `tenants/${id}/keys`, {
    name: "backend",
    scopes: ["inference", "tokens:issue"],
  });

  say("\n2. A question, streamed:\n");
  await ask(key!, "Why is the sky blue?", {
    onText: (chunk) => {
      for (const [, piece] of chunk.matchAll(/"text_delta","text":"((?:[^"\\]|\\.)*)"/g))
        process.stdout.write(JSON.parse(`"${piece}"`));
    },
  });
  say(`\n\n   It cost ${rupees((await used(id!)).used_micros)}; nothing is held any more.`);

  say("\n3. A user of Acme gets a token for ten minutes, and every user a limit of ₹0.50 a day.");
  await admin("PUT", "limits", {
    scope: "each_user",
    subject_id: id,
    limits: [{ metric: "spend_micros", window: "day", amount: 500_000 }],
  });
  const { token } = await server.call<{ token: string }>(key!, "POST", "auth/token", {
    sub: "user-1",
    ttl_seconds: 600,
  });
  let asked = 0;
  let outcome: Outcome;
  do {
    asked += 1;
    outcome = await ask(token, `[[pace_ms=1]] question ${asked}`);
  } while (outcome.status === 200);
  say(`   Question ${asked} is refused with ${outcome.status}, before anything is sent:`);
  say(`   ${(JSON.parse(outcome.text) as { error: { message: string } }).error.message}`);

  say(
    "\n4. A client leaves in the middle of an answer. The answer is read to its end all the same, and billed exactly.",
  );
  const leaving = new AbortController();
  await ask(key!, "[[pace_ms=5]] [[output_tokens=120]] a long story", {
    signal: leaving.signal,
    onText: () => leaving.abort(),
  }).catch(() => {});

  say("\n5. Fifty identical questions race for credit that covers ten.");
  const poor = await admin("POST", "tenants", { name: "Last rupee" });
  const { secret: poorKey } = await admin("POST", `tenants/${poor.id}/keys`, { name: "k" });
  const refusal = JSON.parse((await ask(poorKey!, "[[first_byte_ms=1500]] me first")).text) as {
    error: { details: { needed_micros: number } };
  };
  await admin("POST", `tenants/${poor.id}/credits`, {
    amount_micros: 10 * refusal.error.details.needed_micros,
    reason: "for ten",
  });
  const race = await Promise.all(Array.from({ length: 50 }, () => ask(poorKey!, "[[first_byte_ms=1500]] me first")));
  say(
    `   ${race.filter(({ status }) => status === 200).length} pass, ${race.filter(({ status }) => status === 402).length} are refused.`,
  );

  say("\n6. The books, against what the provider served:");
  let open = 1;
  while (open) open = (await admin<{ data: unknown[] }>("GET", "holds")).data.length;
  const recorded = { requests: 0, input: 0, output: 0 };
  for (const tenant of [id!, poor.id!]) {
    const { totals } = await admin<{
      totals: { requests: number; input_tokens: number; output_tokens: number; spend_micros: number }[];
    }>("GET", `tenants/${tenant}/usage`);
    const credit = await used(tenant);
    recorded.requests += totals[0]!.requests;
    recorded.input += totals[0]!.input_tokens;
    recorded.output += totals[0]!.output_tokens;
    if (credit.used_micros !== totals[0]!.spend_micros || credit.held_micros !== 0)
      throw new Error("a grant does not agree with its events");
  }
  const { totals } = await admin<{
    totals: Record<string, { requests: number; inputTokens: number; outputTokens: number }>;
  }>("GET", "sandbox/tally");
  const [served] = Object.values(totals);
  say(`   recorded ${recorded.requests} calls, ${recorded.input} tokens in, ${recorded.output} out`);
  say(`   served   ${served!.requests} calls, ${served!.inputTokens} tokens in, ${served!.outputTokens} out`);
  const balanced =
    recorded.requests === served!.requests &&
    recorded.input === served!.inputTokens &&
    recorded.output === served!.outputTokens;
  if (!balanced) throw new Error("the books do not balance");
  say("   The books balance, and nothing is held.");
} finally {
  await server.end("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
