import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { addressed, logProblem, problemOf, sendJson } from "../http/answers.ts";
import { scopeOf } from "../http/idempotency.ts";
import { parse } from "../http/parse.ts";
import type { Principal } from "../http/principal.ts";
import { noteFacts } from "../http/request-log.ts";
import { newId } from "../kernel/id.ts";
import { authenticate } from "../tenants/authenticate.ts";
import { parseJsonObject, readBody } from "./body.ts";
import { parseTags } from "./call.ts";
import { type Ask, askOf, Chat } from "./chat-ask.ts";
import { answerTask, type Bill, money, openBill, type TaskOptions } from "./chat-task.ts";
import { callSignal, clientSignal, onDisconnectOf } from "./exchange.ts";
import type { GatewayParts } from "./parts.ts";

const TASKS_MAX = 100;
const CONCURRENT_MAX = 20;

const Batch = z.strictObject({
  tasks: z.array(Chat).min(1).max(TASKS_MAX),
  max_concurrent: z.int().min(1).max(CONCURRENT_MAX).default(5),
});

const ROUTE = "/api/chat/batch";

/**
 * `POST /api/chat/batch`: many asks at once. Each is a request of its own, with its own hold and receipt, and one that fails fails
 * alone. When the client goes, no further one is begun.
 */
export async function chatBatch(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const bytes = await readBody(req);
  const { tasks, max_concurrent } = parse(Batch, parseJsonObject(bytes));
  const tags = req.headers["x-tollgate-tags"];
  parseTags(tags);
  if (!(await parts.idempotency.isFirst(req, res, { scope: scopeOf(principal), bytes }))) return;

  const gone = clientSignal(res);
  const signal = callSignal(onDisconnectOf(parts, principal), res);
  const bills: Bill[] = [];
  const results: Awaited<ReturnType<typeof answerOne>>[] = [];
  const waiting = tasks.entries();
  const work = async () => {
    for (const [index, task] of waiting) {
      if (gone.aborted) return;
      const bill = openBill();
      bills.push(bill);
      const options = { id: newId("request", parts.clock.wall()), route: ROUTE, tags, signal, res, bill };
      results[index] = await answerOne(parts, principal, askOf(task), { index, ...options });
    }
  };
  await Promise.all(Array.from({ length: Math.min(max_concurrent, tasks.length) }, work));
  gone.throwIfAborted();

  const total = openBill();
  for (const bill of bills) total.add(bill.sum());
  const succeeded = results.filter(({ ok }) => ok).length;
  const { cost_usd, spend_micros, currency } = money(principal, total.sum());
  noteFacts(res, { route: ROUTE, tasks: tasks.length, succeeded, ...total.sum() });
  sendJson(res, 200, {
    results,
    succeeded,
    failed: results.length - succeeded,
    ...(cost_usd !== undefined && { total_cost_usd: cost_usd }),
    ...(spend_micros !== undefined && { total_spend_micros: spend_micros, currency }),
  });
}

/** The answer of one task, or what became of it. */
async function answerOne(
  parts: GatewayParts,
  principal: Principal,
  ask: Ask,
  { index, ...options }: TaskOptions & { readonly index: number },
) {
  try {
    return { index, ok: true, ...(await answerTask(parts, principal, ask, options)) };
  } catch (error) {
    const problem = addressed(options.res, problemOf(error));
    logProblem(parts.log, problem, { method: "POST", url: ROUTE }, options.id);
    const { type, code, message, details } = problem;
    const billed = options.bill.sum();
    return {
      index,
      ok: false,
      error: { type, code, message, ...(details && { details }) },
      ...(billed.spend_micros > 0 && money(principal, billed)),
      request_id: options.id,
    };
  }
}
