import type { IncomingMessage, ServerResponse } from "node:http";
import type { How, OpenAccount } from "./account.ts";
import { type Choice, page } from "./checkout-html.ts";
import { checkoutScript } from "./checkout-script.ts";
import type { PaymentMethod } from "./entities.ts";
import { readText } from "./read-text.ts";
import { Refused } from "./refusal.ts";

/** The hosted pages and Checkout: `/i/{subscription}`, `/l/{link}`, `/checkout/{order or subscription}`, and the script that opens the last. */

const METHODS: readonly PaymentMethod[] = ["card_domestic", "card_international", "upi", "emandate"];

export async function checkoutPage(
  accounts: readonly OpenAccount[],
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const html = (status: number, text: string) =>
    res.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(text);
  if (url.pathname === "/v1/checkout.js") {
    res
      .writeHead(200, {
        "content-type": "text/javascript; charset=utf-8",
        "cross-origin-resource-policy": "cross-origin",
      })
      .end(checkoutScript(`http://${req.headers.host}`));
    return;
  }
  const [, kind, id = ""] = /^\/(i|l|checkout)\/([A-Za-z0-9_]+)$/.exec(url.pathname) ?? [];
  const opened = accounts.find(
    ({ shelf }) => shelf.subscriptions.has(id) || shelf.links.has(id) || shelf.orders.has(id),
  );
  if (!kind || !opened) return void html(404, page({ title: "Nothing here", facts: [], choices: [] }));

  if (req.method === "POST") {
    const form = new URLSearchParams(await readText(req));
    const how: How = {
      method: METHODS.find((method) => method === form.get("method")) ?? "card_domestic",
      ...(form.get("fail") ? { fail: form.get("fail")! } : {}),
    };
    try {
      const answer = await act(opened, id, how);
      if (kind === "checkout") {
        res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
        return;
      }
      return void html(200, page({ ...described(opened, id), done: "Payment successful. You can close this page." }));
    } catch (error) {
      const message = error instanceof Refused ? error.message : (error as Error).message;
      if (kind === "checkout") {
        const reason = how.fail ?? "input_validation_failed";
        const body = { error: { code: "BAD_REQUEST_ERROR", description: message, reason } };
        res.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(body));
        return;
      }
      return void html(400, page({ ...described(opened, id), failed: message }));
    }
  }
  html(200, page({ ...described(opened, id), embedded: kind === "checkout" }));
}

async function act({ account, shelf }: OpenAccount, id: string, how: How) {
  const subscription = shelf.subscriptions.get(id);
  if (subscription)
    return subscription.status === "created"
      ? account.person.authenticate(id, how)
      : account.person.changeMethod(id, how);
  if (shelf.links.has(id)) return account.person.payLink(id, how);
  return account.person.pay(id, how);
}

const rupees = (paise: number, currency: string) =>
  new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(paise / 100);

function described({ shelf }: OpenAccount, id: string): { title: string; facts: string[]; choices: Choice[] } {
  const all: Choice[] = [
    { method: "card_domestic", label: "Card (Indian bank)" },
    { method: "card_international", label: "Card (abroad)" },
    { method: "upi", label: "UPI" },
    { method: "emandate", label: "eMandate (bank account)" },
  ];
  const subscription = shelf.subscriptions.get(id);
  if (subscription) {
    const plan = shelf.plans.get(subscription.plan_id)!;
    const amount = rupees(plan.item.amount * subscription.quantity, plan.item.currency);
    const changing = subscription.status !== "created";
    return {
      title: changing ? "Change the payment method" : "Approve the subscription",
      facts: [
        plan.item.name,
        `${amount} every ${plan.interval} ${plan.period.replace("ly", "")}`,
        `Status: ${subscription.status}`,
      ],
      choices: changing && !subscription.payment_method?.startsWith("card") ? all.slice(0, 2) : all,
    };
  }
  const link = shelf.links.get(id);
  const payable = link ?? shelf.orders.get(id)!;
  const token = "token" in payable ? payable.token : undefined;
  return {
    title: token ? "Approve the mandate" : "Pay",
    facts: [
      ...(link ? [link.description, `Reference ${link.reference_id}`] : []),
      `Amount: ${rupees(payable.amount, payable.currency)}`,
      ...(token ? [`Debits of up to ${rupees(token.max_amount, payable.currency)}`] : []),
      `Status: ${payable.status}`,
    ],
    choices:
      "method" in payable && payable.method ? all.filter(({ method }) => method.startsWith(payable.method!)) : all,
  };
}
