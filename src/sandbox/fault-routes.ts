import { Router } from "express";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { actorOf } from "../http/actor.ts";
import { parse } from "../http/parse.ts";
import { type Clock, iso } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import type { SandboxAnthropic } from "./anthropic/server.ts";
import { MONEY, PROVIDER, RAZORPAY, REPORTS, WEBHOOKS } from "./faults.ts";
import { noteAct } from "./note.ts";
import type { SandboxAccount } from "./razorpay/server.ts";

const names = (faults: object) => z.enum(Object.keys(faults) as [string, ...string[]]);
export const NewFault = z.discriminatedUnion("of", [
  z.strictObject({ of: z.literal("provider"), fault: names(PROVIDER) }),
  z.strictObject({ of: z.literal("reports"), fault: names(REPORTS) }),
  z.strictObject({ of: z.literal("razorpay"), fault: names(RAZORPAY) }),
  z.strictObject({ of: z.literal("webhooks"), fault: names(WEBHOOKS) }),
  z.strictObject({ of: z.literal("money"), fault: names(MONEY) }),
]);
type NewFault = z.infer<typeof NewFault>;

const NO_RAZORPAY = "There is no simulated Razorpay here.";
const OF_PROVIDER: ReadonlySet<NewFault["of"]> = new Set(["provider", "reports"]);

interface Imposed extends Pick<NewFault, "of" | "fault"> {
  readonly undo: () => void;
  readonly since: string;
}

/** `/api/admin/sandbox/faults`: breaks the simulated provider or its reports, the simulated Razorpay, its webhooks or its payouts, until it is undone. A restart undoes all. */
export function faultAdminRoutes({
  db,
  anthropic,
  account,
  clock,
}: {
  readonly db: Database;
  readonly anthropic: SandboxAnthropic;
  readonly account: SandboxAccount | null;
  readonly clock: Clock;
}): Router {
  const imposed = new Map<string, Imposed>();
  const router = Router();

  const impose = ({ of, fault }: NewFault): (() => void) => {
    if (of === "provider") return anthropic.behave(PROVIDER[fault]!);
    if (of === "reports") return REPORTS[fault]!({ anthropic, now: clock.now() });
    if (!account) throw new Problem("not_found", { message: NO_RAZORPAY });
    if (of === "money") return MONEY[fault]!(account);
    if (of === "razorpay") return account.faults.impose({ fault: RAZORPAY[fault]! });
    const { webhookFaults } = account;
    const broken = WEBHOOKS[fault]!;
    Object.assign(webhookFaults, broken);
    return () => {
      for (const name of Object.keys(broken) as (keyof typeof broken)[]) delete webhookFaults[name];
    };
  };

  router.get("/sandbox/faults", (_req, res) => {
    const data = [...imposed].map(([id, { of, fault, since }]) => ({ id, of, fault, since }));
    const choices = { provider: keys(PROVIDER), reports: keys(REPORTS), razorpay: keys(RAZORPAY) };
    res.json({ data, choices: { ...choices, webhooks: keys(WEBHOOKS), money: keys(MONEY) } });
  });

  router.post("/sandbox/faults", async (req, res) => {
    const asked = parse(NewFault, req.body);
    const id = `${asked.of}.${asked.fault}`;
    if (!account && !OF_PROVIDER.has(asked.of)) throw new Problem("not_found", { message: NO_RAZORPAY });
    if (!imposed.has(id)) {
      await noteAct(
        { db, clock },
        { actor: actorOf(res), action: "sandbox.fault_imposed", subject_id: id, after: asked },
      );
    }
    const since = imposed.get(id)?.since ?? iso(clock.wall());
    if (!imposed.has(id)) imposed.set(id, { ...asked, since, undo: impose(asked) });
    res.status(201).json({ id, ...asked, since });
  });

  router.delete("/sandbox/faults/:id", async (req, res) => {
    const { id } = req.params;
    const fault = imposed.get(id);
    if (!fault) throw new Problem("not_found", { message: "There is no such fault." });
    const { of, since } = fault;
    const before = { of, fault: fault.fault, since };
    await noteAct({ db, clock }, { actor: actorOf(res), action: "sandbox.fault_undone", subject_id: id, before });
    // Of two that undo it at once, one does.
    if (imposed.delete(id)) fault.undo();
    res.status(204).end();
  });

  return router;
}

const keys = (faults: object): string[] => Object.keys(faults);
