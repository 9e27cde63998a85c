import { DAY, iso, SECOND } from "../../src/kernel/clock.ts";
import { CHAPTERS } from "./chapters.ts";
import { FX, MARKUP, newPerson, type Person } from "./people.ts";
import { istHour, type Stage } from "./stage.ts";
import { dayOf, rupees, rupeesOfMicros } from "./words.ts";

/** What Acme spends each month, in rupees: the plan includes 500, and allows 3,000 beyond it. */
const SPENDS = [250, 900, 1_400, 4_500, 1_200, 700, 450, 1_000, 850, 1_100, 600, 950];
const MONTHS = [
  ...["2027-04", "2027-05", "2027-06", "2027-07", "2027-08", "2027-09"],
  ...["2027-10", "2027-11", "2027-12", "2028-01", "2028-02", "2028-03"],
];
export const YEAR_STARTS = istHour("2027-04-01", 10);

export interface Year {
  readonly acme: Person;
  readonly everybody: readonly Person[];
}

/** A billing year in India, from the first of April, told as it happens. Fewer months make a shorter story. */
export async function tellYear(stage: Stage, { months, say }: { months: number; say: (text: string) => void }) {
  const tell = (text: string) => say(`${dayOf(stage.clock.now())}  ${text}`);
  const { admin } = stage;

  tell("The operator opens shop in Karnataka: a seller, a rate of ₹85 to the dollar, and a plan.");
  const address = { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001" };
  await admin("PUT", "sellers/operator", {
    ...{ legal_name: "Operator Pvt Ltd", gstin: "29ABCDE1234F1ZW", address, state_code: "29", invoice_series: "TG" },
  });
  const valid_from = iso(YEAR_STARTS - DAY);
  await admin("POST", "fx_rates", { currency: "INR", rate_micros: FX * 1_000_000, valid_from });
  const { id: plan_id } = await admin<{ id: string }>("POST", "plans", {
    ...{ name: "Pro", price_paise: 99_900, included_micros: 500_000_000, collection: "subscription", grace_days: 10 },
    pricing: { type: "markup", multiplier_ppm: MARKUP * 1_000_000 },
    overage: { enabled: true, cap_micros: 3_000_000_000 },
  });
  say("        Pro: ₹999 a month and GST, ₹500 of use included, up to ₹3,000 beyond it.\n");

  const acme = await newPerson(stage, { name: "Acme", state_code: "27", contact: "9800000001" });
  const everybody = [acme];
  tell(
    `Acme of Maharashtra signs up on Razorpay's page, by card: the subscription is ${await acme.subscribe(plan_id)}.`,
  );
  const { data } = await acme.api<{ data: { number: string; total_paise: number }[] }>("GET", "billing/invoices");
  say(`        Charged and invoiced: ${data[0]!.number}, ${rupees(data[0]!.total_paise)} with IGST.`);
  await approveMandate(stage, acme);
  tell("It approves a UPI mandate of ₹15,000 at Checkout, for what it will use beyond the plan.");
  tell("Its first question, streamed:\n");
  await acme.ask("Why is the sky blue?", { onText: (text) => process.stdout.write(text) });
  const { grants } = await acme.billing();
  say(`\n\n        It cost ${rupeesOfMicros(grants[0]!.used_micros)} of what is included.`);

  const toldOf = new Set<string>();
  for (const [index, month] of MONTHS.slice(0, months).entries()) {
    say("");
    await stage.until(istHour(`${month}-10`, 12));
    await tellBills(stage, acme, { toldOf, tell });
    const { status, code, message } = await acme.spend(SPENDS[index]!);
    const spend = rupees(SPENDS[index]! * 100);
    if (status === 200) tell(`Acme uses ${spend} this month.`);
    else {
      tell(`Acme would use ${spend} this month, and is refused what its plan does not allow:`);
      say(`        ${status} ${code}: ${message}`);
    }
    await CHAPTERS[month]?.({ stage, acme, everybody, plan_id, tell, say });
    await stage.until(istHour(`${month}-28`, 12));
  }

  const last = MONTHS[months - 1]!;
  await acme.api("POST", "billing/subscription/cancel", { at: "cycle_end" });
  say("");
  tell("Acme cancels for the end of its cycle. What it still owes is closed, invoiced and collected.");
  await stage.until(istHour(`${last}-28`, 12) + 12 * DAY);
  await tellBills(stage, acme, { toldOf, tell });
  return { acme, everybody } satisfies Year;
}

async function approveMandate(stage: Stage, person: Person): Promise<void> {
  const asked = { max_amount_paise: 1_500_000, method: "upi" };
  const { order_id } = await person.api<{ order_id: string }>("POST", "billing/mandate", asked);
  await person.api("POST", "billing/mandate/verify", await stage.pay(stage.checkoutOf(order_id), { method: "upi" }));
}

/** What was billed for use beyond the plan since the last time, and how it was paid. */
async function tellBills(
  stage: Stage,
  person: Person,
  { toldOf, tell }: { toldOf: Set<string>; tell: (text: string) => void },
): Promise<void> {
  const { data } = await person.api<{ data: { kind: string; number: string; total_paise: number }[] }>(
    ...(["GET", "billing/invoices?limit=1000"] as const),
  );
  for (const { kind, number, total_paise } of data.toReversed()) {
    if (kind !== "overage" || toldOf.has(number)) continue;
    toldOf.add(number);
    const paid = stage.account.books
      .payments()
      .find(({ captured_at, notes }) => captured_at !== null && notes.invoice === number);
    const how = paid
      ? `debited by ${paid.method.toUpperCase()} on ${dayOf(paid.captured_at! * SECOND)}`
      : "not paid yet";
    tell(`${person.name} was billed for use beyond the plan: ${number} of ${rupees(total_paise)}, ${how}.`);
  }
}
