import { describe, expect, test } from "vitest";
import { openRazorpay, type Razorpay } from "../../src/billing/razorpay/port.ts";
import type { Books } from "../support/books.ts";
import { CRASH_STORIES, tell } from "../support/crash-stories.ts";

/** Razorpay did what it was asked, and its answer never came: nothing may be there twice, neither shown nor payable. */

type Create = Extract<keyof Razorpay, `create${string}` | "refundPayment">;

const SIGN_UP = "a subscription and a mandate are signed up for";
const DEBITED = "a month is closed and debited";
/** Every call that creates something, and what happens around it in each of its uses. */
const CREATES: Readonly<Record<Create, { readonly path: string; readonly stories: readonly string[] }>> = {
  createCustomer: { path: "/customers", stories: [SIGN_UP] },
  createPlan: { path: "/plans", stories: [SIGN_UP] },
  createSubscription: { path: "/subscriptions", stories: [SIGN_UP] },
  createOrder: { path: "/orders", stories: [SIGN_UP, DEBITED, "credit is bought"] },
  createRecurringPayment: { path: "/payments/create/recurring", stories: [DEBITED] },
  createPaymentLink: { path: "/payment_links", stories: ["a month is closed and asked for by link"] },
  refundPayment: { path: "/payments/pay_x/refund", stories: ["credit that was not used is refunded"] },
};

/** After it a call that was not answered is given up; the real one is half a minute. */
const PATIENCE_MS = 1_500;

const storyOf = (name: string) => CRASH_STORIES.find((story) => story.name === name)!;
const undisturbed = new Map<string, Promise<Books>>();
function booksWithout(name: string): Promise<Books> {
  const known = undisturbed.get(name) ?? tell(storyOf(name), () => {}).then(({ books }) => books);
  undisturbed.set(name, known);
  return known;
}

const CASES = Object.entries(CREATES).flatMap(([method, { path, stories }]) =>
  stories.flatMap((story) =>
    (["commit-then-drop", "commit-then-hang"] as const).map((fault) => ({ method, path, story, fault })),
  ),
);

describe("of what is created, there is one", () => {
  test.each(CASES)("$method, $fault, while $story", async ({ path, story, fault }) => {
    const pattern = new RegExp(`^${path.replace("pay_x", "[^/]+")}$`);
    let lost = () => false;
    const { books } = await tell(
      storyOf(story),
      ({ account: { faults } }) => {
        faults.impose({ method: "POST", path: pattern, fault, times: 1 });
        lost = () => faults.of("POST", path) === null;
      },
      { razorpayMs: PATIENCE_MS },
    );
    expect(lost(), "an answer was lost").toBe(true);
    expect(books).toEqual(await booksWithout(story));
  });

  test("and what else the port can do creates nothing", () => {
    const port = openRazorpay({ account_id: "operator", key_id: "k", key_secret: "s", base_url: "http://127.0.0.1" });
    const creates = Object.keys(port).filter(
      (name) => !/^(account_id|key_id|verify|fetch|list|cancel|pause|resume|paymentsOf|refundsOf)/.test(name),
    );
    expect(creates.sort()).toEqual(Object.keys(CREATES).sort());
  });
});
