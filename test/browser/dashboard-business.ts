import type { Browser } from "playwright-core";
import * as portal from "./portal-person.ts";
import type { Served } from "./served.ts";

/** A customer who bought a plan, used more of it than it includes, and whose next month has begun: so that there is something of everything. */
export interface Business {
  readonly tenantId: string;
  readonly planId: string;
  /** Of the customer, for everything. */
  readonly key: string;
  /** Of the plan's first month: paid. */
  readonly paid: Bill;
  /** Of what was used beyond it: open. */
  readonly open: Bill;
}
export interface Bill {
  readonly id: string;
  readonly number: string;
}

const RUPEE = 1_000_000;
const DAY_SECONDS = 86_400;
/** Longer than any month: wherever in it this begins, the next one is some days old, and what follows from that has happened. */
const MONTH_DAYS = 33;

/** The month passes at once, or in as many steps as there are days to fill. */
interface Month {
  readonly days: number;
  readonly onDay: (day: number) => Promise<void>;
}

export async function openBusiness(
  { browser, served }: { readonly browser: Browser; readonly served: Served },
  { days, onDay }: Month = { days: 1, onDay: async () => {} },
): Promise<Business> {
  const { id: planId } = await served.admin<{ id: string }>("POST", "plans", {
    ...{ name: "Studio", price_paise: 49_900, included_micros: 10 * RUPEE },
    pricing: { type: "markup", multiplier_ppm: 1_200_000 },
    overage: { enabled: true, cap_micros: 1_000 * RUPEE },
  });
  const acme = await portal.customer(served, { external_id: "acme-analytics" });
  const person = await portal.arrive({ browser, served }, acme);
  await portal.signIn(person);
  await person.open("Plan");
  await person.page.getByRole("button", { name: "Choose Studio" }).click();
  await portal.fillProfile(person);
  await person.page.getByRole("button", { name: "Save and continue" }).click();
  await person.checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await person.told("You are on Studio");
  const use = async () => {
    const { status, code } = await person.call("[[output_tokens=60000]] [[pace_ms=0]] a long answer");
    if (status !== 200) throw new Error(`the call was refused: ${status} ${code}`);
  };
  await use();
  await person.page.context().close();
  for (let day = 0; day < days; day++) {
    await onDay(day);
    const advance_seconds = Math.round((MONTH_DAYS * DAY_SECONDS) / days);
    await served.admin("POST", "sandbox/clock", { advance_seconds });
  }
  await use();

  const { data } = await served.admin<{ data: (Bill & { open_paise: number })[] }>(
    "GET",
    `invoices?tenant_id=${acme.tenantId}`,
  );
  const paid = data.find(({ open_paise }) => open_paise === 0);
  const open = data.find(({ open_paise }) => open_paise > 0);
  if (!paid || !open) throw new Error(`one paid and one open invoice were expected, of ${data.length}`);
  return { tenantId: acme.tenantId, planId, key: acme.key, paid, open };
}
