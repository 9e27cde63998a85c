import type { IncomingMessage, ServerResponse } from "node:http";
import type { OpenAccount } from "./account.ts";
import { page } from "./checkout-html.ts";
import { checkoutScript } from "./checkout-script.ts";
import type { PaymentMethod } from "./entities.ts";
import { act, described, find } from "./hosted.ts";
import type { How } from "./paying.ts";
import type { CheckoutAnswer } from "./person.ts";
import { readText } from "./read-text.ts";

/** The hosted pages and Checkout: `/i/{subscription or invoice}`, `/l/{link}`, `/checkout/{order or subscription}`, and the script that opens the last. */

const METHODS: readonly PaymentMethod[] = ["card_domestic", "card_international", "upi", "emandate", "netbanking"];

export async function checkoutPage(
  accounts: readonly OpenAccount[],
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const html = (status: number, text: string) =>
    void res.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(text);
  const json = (status: number, body: unknown) =>
    void res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
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
  const hosted = find(accounts, id);
  if (!kind || !hosted) return html(404, page({ title: "Nothing here", facts: [], choices: [] }));
  const embedded = kind === "checkout";
  if (req.method !== "POST") return html(200, page({ ...described(hosted), embedded }));

  const form = new URLSearchParams(await readText(req));
  const fail = form.get("fail");
  const how: How = {
    method: METHODS.find((method) => method === form.get("method")) ?? "card_domestic",
    ...(fail && { fail }),
  };
  try {
    const answer = await act(hosted, how);
    if (embedded) return json(200, answer);
    const back = callbackOf(hosted, answer);
    if (back) return void res.writeHead(303, { location: back }).end();
    html(200, page({ ...described(hosted), done: "Payment successful. You can close this page." }));
  } catch (error) {
    const { message } = error as Error;
    const reason = how.fail ?? "input_validation_failed";
    if (embedded) return json(400, { error: { code: "BAD_REQUEST_ERROR", description: message, reason } });
    html(400, page({ ...described(hosted), failed: message }));
  }
}

/** Whoever paid a link goes back to where its maker wants them, with a signature of what was paid. */
function callbackOf({ opened, id }: NonNullable<ReturnType<typeof find>>, answer: CheckoutAnswer): string | null {
  const link = opened.shelf.links.get(id);
  if (!link?.callback_url || !URL.canParse(link.callback_url)) return null;
  const back = new URL(link.callback_url);
  const said = {
    ...{ razorpay_payment_id: answer.razorpay_payment_id, razorpay_payment_link_id: id },
    ...{ razorpay_payment_link_reference_id: link.reference_id, razorpay_payment_link_status: link.status },
    razorpay_signature: answer.razorpay_signature,
  };
  for (const [name, value] of Object.entries(said)) back.searchParams.set(name, value);
  return back.href;
}
