import type { OpenAccount } from "./account.ts";
import type { Choice } from "./checkout-html.ts";
import { isPayable } from "./invoices.ts";
import type { How } from "./paying.ts";
import type { CheckoutAnswer } from "./person.ts";

/** What a page of Razorpay's is about: something that a person approves or pays. */
export interface Hosted {
  readonly opened: OpenAccount;
  readonly id: string;
}

export function find(accounts: readonly OpenAccount[], id: string): Hosted | undefined {
  const opened = accounts.find(({ shelf }) =>
    [shelf.subscriptions, shelf.links, shelf.orders, shelf.invoices].some((map) => map.has(id)),
  );
  return opened && { opened, id };
}

export async function act({ opened: { account, shelf }, id }: Hosted, how: How): Promise<CheckoutAnswer> {
  const { person } = account;
  const subscription = shelf.subscriptions.get(id);
  if (subscription)
    return subscription.status === "created" ? person.authenticate(id, how) : person.changeMethod(id, how);
  if (shelf.links.has(id)) return person.payLink(id, how);
  if (shelf.invoices.has(id)) return person.payInvoice(id, how);
  return person.pay(id, how);
}

const CARDS: readonly Choice[] = [
  { method: "card_domestic", label: "Card (Indian bank)" },
  { method: "card_international", label: "Card (abroad)" },
];
const UPI: Choice = { method: "upi", label: "UPI" };
const NETBANKING: Choice = { method: "netbanking", label: "Netbanking" };
const EMANDATE: Choice = { method: "emandate", label: "eMandate (bank account)" };
const MANDATE = [...CARDS, UPI, EMANDATE];

const rupees = (paise: number, currency: string) =>
  new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(paise / 100);

interface Described {
  readonly title: string;
  readonly facts: readonly string[];
  readonly choices: readonly Choice[];
}

export function described(hosted: Hosted): Described {
  const { shelf } = hosted.opened;
  const approval = describedApproval(hosted);
  if (approval) return approval;
  const { id } = hosted;
  const [link, invoice] = [shelf.links.get(id), shelf.invoices.get(id)];
  const order = shelf.orders.get(invoice?.order_id ?? id);
  const payable = link ?? invoice ?? order;
  if (!payable) return { title: "Nothing here", facts: [], choices: [] };
  const open = link
    ? link.status === "created" || link.status === "partially_paid"
    : invoice
      ? isPayable(invoice)
      : order?.status !== "paid";
  const token = order?.token;
  const offered = token ? MANDATE : [...CARDS, UPI, NETBANKING];
  return {
    title: open ? (token ? "Approve the mandate" : "Pay") : "Nothing to pay",
    facts: [
      ...(link ? [link.description, `Reference ${link.reference_id}`] : []),
      ...(invoice?.description ? [invoice.description] : []),
      `Amount: ${rupees(payable.amount, payable.currency)}`,
      ...(payable.amount_paid > 0 ? [`Paid: ${rupees(payable.amount_paid, payable.currency)}`] : []),
      ...(token ? [`Debits of up to ${rupees(token.max_amount, payable.currency)}`] : []),
      `Status: ${payable.status}`,
    ],
    choices: !open ? [] : order?.method ? offered.filter(({ method }) => method.startsWith(order.method!)) : offered,
  };
}

/** The page of a subscription: to be approved, or, later, to be given another method. */
function describedApproval({ opened: { shelf }, id }: Hosted): Described | null {
  const subscription = shelf.subscriptions.get(id);
  const plan = subscription && shelf.plans.get(subscription.plan_id);
  if (!plan) return null;
  const amount = rupees(plan.item.amount * subscription.quantity, plan.item.currency);
  const { status } = subscription;
  const facts = [
    plan.item.name,
    `${amount} every ${plan.interval} ${plan.period.replace("ly", "")}`,
    `Status: ${status}`,
  ];
  if (status === "created") return { title: "Approve the subscription", facts, choices: MANDATE };
  if (["active", "pending", "halted"].includes(status)) {
    const byCard = subscription.payment_method === "card";
    return { title: "Change the payment method", facts, choices: byCard ? MANDATE : CARDS };
  }
  return { title: "Nothing to approve", facts, choices: [] };
}
