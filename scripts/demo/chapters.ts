import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { believed, newPerson, type Person } from "./people.ts";
import { istHour, type Stage } from "./stage.ts";
import { rupees, rupeesOfMicros } from "./words.ts";

interface Scene {
  readonly stage: Stage;
  readonly acme: Person;
  /** Who joins during the year. */
  readonly everybody: Person[];
  readonly plan_id: string;
  readonly tell: (text: string) => void;
  readonly say: (text: string) => void;
}

const LIMIT_MICROS = 1_000_000;
const TRIES_MAX = 30;

/** What happens in a month beside the usual: use, its close, an invoice, a debit. */
export const CHAPTERS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "2027-05"({ stage, acme, tell, say }) {
    const limits = [{ metric: "spend_micros", window: "day", amount: LIMIT_MICROS }];
    await stage.admin("PUT", "limits", { scope: "each_user", subject_id: acme.id, limits });
    await believed();
    const { token } = await acme.api<{ token: string }>("POST", "auth/token", { sub: "user-1", ttl_seconds: 600 });
    for (let asked = 1; asked <= TRIES_MAX; asked++) {
      const answer = await acme.ask(`[[output_tokens=150]] question ${asked}`, { credential: token });
      if (answer.status === 200) continue;
      tell(`A user of Acme may spend ₹1 a day. Question ${asked} is refused before anything is sent:`);
      say(`        ${answer.status} ${answer.code}: ${answer.message}`);
      return;
    }
    throw new Error("a user's daily quota should have ended");
  },

  async "2027-06"({ stage, everybody, tell, say }) {
    const bela = await newPerson(stage, { name: "Bela", state_code: "29", contact: "9800000002" });
    everybody.push(bela);
    const topup = await bela.api<{ order_id: string; payable_paise: number }>("POST", "billing/topups", {
      credit_micros: 1_000_000_000,
    });
    const answer = await stage.pay(stage.checkoutOf(topup.order_id), { method: "upi" });
    await bela.api("POST", "billing/topups/verify", answer);
    tell(`Bela pays ${rupees(topup.payable_paise)} for ₹1,000 of credit: credited once, and invoiced at once.`);
    await believed();
    await bela.spend(600);
    const [credit] = (await bela.billing()).grants;
    await stage.until(stage.clock.now() + 5 * DAY);
    const { amount_paise } = await stage.admin<{ amount_paise: number }>("POST", "refunds", {
      ...{ payment_id: answer.razorpay_payment_id, reason: "closing the account" },
    });
    tell(`Bela has used ${rupeesOfMicros(credit!.used_micros)} and wants the rest back:`);
    say(`        ${rupees(amount_paise)} go back with a credit note; what was used stays paid.`);
  },

  async "2027-08"({ stage, tell }) {
    const [token] = stage.account.books.tokens();
    stage.account.outcomes(token!.id, ["insufficient_funds", "insufficient_funds", "insufficient_funds"]);
    tell("Acme's bank account runs empty: the next three debits will fail.");
  },

  async "2027-09"({ stage, acme, tell, say }) {
    const [open] = (await acme.billing()).open;
    if (!open?.pay_url) throw new Error("after three failed debits there should be a link");
    tell(`Three debits have failed, so a link for ${rupees(open.open_paise)} was sent. Nobody pays it.`);
    for (let tries = 0; (await acme.billing()).standing !== "suspended"; tries++) {
      if (tries === TRIES_MAX) throw new Error("an invoice that nobody pays should suspend");
      await stage.until(stage.clock.now() + 12 * HOUR);
    }
    await believed();
    const refused = await acme.ask("hello?");
    tell("Ten days of grace are over:");
    say(`        ${refused.status} ${refused.code}: ${refused.message}`);
    await stage.pay(open.pay_url, { method: "card_domestic" });
    await stage.until(stage.clock.now());
    await believed();
    const { status } = await acme.ask("hello again");
    if (refused.status === 200 || status !== 200) throw new Error("service should end with grace, and come back paid");
    tell("Acme pays the link on its page, and is served again.");
  },

  async "2027-10"({ stage, everybody, plan_id, tell, say }) {
    const { version } = await stage.admin<{ version: number }>("PATCH", `plans/${plan_id}`, { price_paise: 129_900 });
    const zen = await newPerson(stage, { name: "Zen", state_code: "29", contact: "9800000003" });
    everybody.push(zen);
    await zen.subscribe(plan_id);
    await zen.spend(300);
    tell(`Pro costs ₹1,299 from now on: version ${version}.`);
    say("        Zen signs up at that price; Acme keeps the version that it chose.");
  },

  async "2027-11"({ stage, acme, tell, say }) {
    stage.account.webhookFaults.drop = () => true;
    const count = async () => (await acme.api<{ data: unknown[] }>("GET", "billing/invoices?limit=1000")).data.length;
    const before = await count();
    await stage.until(istHour("2027-12-04", 12));
    delete stage.account.webhookFaults.drop;
    const lost = stage.account.books.events().filter(({ dropped }) => dropped).length;
    const found = (await count()) - before;
    if (!found) throw new Error("what no webhook told of should have been found");
    tell(`For three weeks no webhook came through: ${lost} were lost, those of a renewal and of a debit among them.`);
    say(`        Looking at Razorpay by id found it all: ${found} invoices of Acme's since, and what paid them.`);
  },
};
