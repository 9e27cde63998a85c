import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Keeper, openSaving } from "../keeper.ts";
import { KEEP_ALIVE_MS, LOOPBACK } from "../loopback.ts";
import { openAccount, type SandboxAccount } from "./account.ts";
import { openAgenda } from "./agenda.ts";
import { type Answering, answer, sendJson } from "./answer.ts";
import { openApi } from "./api/route.ts";
import { checkoutPage } from "./checkout.ts";
import { perform } from "./due.ts";
import { loadState, type State } from "./keeping.ts";
import { seeded } from "./random.ts";
import type { Try } from "./webhooks.ts";

export type { SandboxAccount } from "./account.ts";
export type { PaymentMethod } from "./entities.ts";
export type { How } from "./paying.ts";
export type { CheckoutAnswer } from "./person.ts";

export interface SandboxRazorpayOptions {
  /** On loopback; 0 takes a free one. */
  readonly port?: number;
  /** Business time in epoch milliseconds. */
  readonly now: () => number;
  readonly seed?: number;
  /** Does what is due by itself, every so many real milliseconds; without it only `run` does, or `live` from when it is called. */
  readonly liveEveryMs?: number;
  /** Keeps its state over a restart; without it all is forgotten. */
  readonly keeper?: Keeper;
}

export interface SandboxRazorpay {
  readonly url: string;
  readonly port: number;
  /** A merchant account; the same key answers the same account. */
  account(credentials: { readonly key_id: string; readonly key_secret: string }): SandboxAccount;
  accounts(): readonly SandboxAccount[];
  /** A second pair of keys of an account, as its dashboard makes one; the first stays good. For as long as this process lives. */
  secondKey(of: SandboxAccount, credentials: { readonly key_id: string; readonly key_secret: string }): void;
  /** When something is due next (epoch ms of business time): a charge, a debit, an expiry, a webhook. */
  nextDue(): number | null;
  /** Does everything that is due, each at its own time, and resolves when no webhook is under way. */
  run(): Promise<void>;
  /** From now on it does what is due by itself. */
  live(everyMs: number): void;
  close(): Promise<void>;
}

/** A simulated Razorpay: real HTTP on loopback, its rules and refusals, signed webhooks, and its own books. */
export async function openSandboxRazorpay(options: SandboxRazorpayOptions): Promise<SandboxRazorpay> {
  const kept = await loadState(options.keeper);
  const accounts = new Map<string, Answering>();
  const secondKeys = new Map<string, Answering>();
  const agenda = openAgenda(kept?.due);
  const random = seeded(kept?.random ?? options.seed ?? 1);
  /** While what was due is done, the moment it was due at is lived. */
  let living: number | null = null;
  const nowMs = () => living ?? options.now();

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => {
    const url = new URL(req.url ?? "/", `http://${LOOPBACK}`);
    const isApi = url.pathname.startsWith("/v1/") && !url.pathname.startsWith("/v1/checkout");
    const answered = isApi
      ? answer(new Map([...secondKeys, ...accounts]), req, res, url, save)
      : checkoutPage([...accounts.values()], req, res, url).then(save);
    answered.catch((error: unknown) => {
      if (res.headersSent) return res.destroy();
      sendJson(res, 500, { error: { code: "SERVER_ERROR", description: `the sandbox itself failed: ${error}` } });
    });
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, LOOPBACK, () => {
        server.off("error", reject);
        resolve();
      });
    });
  // Addresses of pages that were given out before stay good, unless somebody else has taken the port.
  await (kept ? listen(kept.port).catch(() => listen(options.port ?? 0)) : listen(options.port ?? 0));
  const { port } = server.address() as AddressInfo;
  const url = `http://${LOOPBACK}:${port}`;

  const save = openSaving(options.keeper, () => {
    const due = agenda.all();
    const undelivered = new Set(due.filter(({ act }) => act === "webhook").map(({ args }) => args[0] ?? ""));
    const all = [...accounts.values()].map((account) => account.keep(undelivered));
    return { version: 1, port, random: random.state(), accounts: all, due };
  });
  const open = (fields: Pick<Parameters<typeof openAccount>[0], "key_id" | "key_secret" | "kept">): Answering => {
    const opened = openAccount({ ...fields, random, nowMs, agenda, base: () => url });
    const answering = { ...opened, api: openApi(opened.shelf, fields.key_secret) };
    accounts.set(fields.key_id, answering);
    return answering;
  };
  for (const account of kept ? movedTo(kept, url).accounts : []) open({ ...account, kept: account });

  let turn: Promise<void> = Promise.resolve();
  const runAll = async () => {
    let done = 0;
    for (;;) {
      const due = agenda.take(options.now());
      if (due) {
        living = due.at;
        done += 1;
        try {
          const { shelf } = accounts.get(due.key_id)!;
          if (due.act === "webhook") await shelf.webhooks.attempt(due.args as unknown as Try);
          else perform(shelf, due.act, due.args);
        } finally {
          living = null;
        }
        continue;
      }
      await Promise.all([...accounts.values()].map(({ shelf }) => shelf.webhooks.idle()));
      const next = agenda.next();
      if (next === null || next > options.now()) break;
    }
    if (done) await save();
  };
  const run = () => {
    turn = turn.then(runAll, runAll);
    return turn;
  };
  let timer: NodeJS.Timeout | null = null;
  const live = (everyMs: number) => {
    timer ??= setInterval(() => void run().catch(() => {}), everyMs);
  };
  if (options.liveEveryMs) live(options.liveEveryMs);

  return {
    url,
    port,
    account({ key_id, key_secret }) {
      return (accounts.get(key_id) ?? open({ key_id, key_secret })).account;
    },
    accounts: () => [...accounts.values()].map(({ account }) => account),
    secondKey(of, { key_id, key_secret }) {
      const first = accounts.get(of.key_id);
      if (!first) throw new Error(`there is no account ${of.key_id}`);
      const account = { ...first.account, key_id, key_secret };
      secondKeys.set(key_id, { ...first, account, api: openApi(first.shelf, key_secret) });
    },
    nextDue: agenda.next,
    run,
    live,
    async close() {
      if (timer) clearInterval(timer);
      await turn.catch(() => {});
      await save();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Where another process has taken the port, the addresses of hosted pages become those at the new one. */
const movedTo = (state: State, url: string): State =>
  JSON.parse(JSON.stringify(state).replaceAll(`http://${LOOPBACK}:${state.port}/`, `${url}/`)) as State;
