import type { Browser, Page } from "playwright-core";
import * as dashboard from "../dashboard-person.ts";
import { openPage } from "../page.ts";
import * as portal from "../portal-person.ts";
import { ADMIN_TOKEN, type Served } from "../served.ts";
import { watch } from "../watched.ts";
import { dashboardStates } from "./dashboard-states.ts";
import { dashboardViews, supportViews } from "./dashboard-views.ts";
import type { Furnished } from "./furnished.ts";
import { LOOKS, type View } from "./look.ts";
import { PLAYGROUND_VIEWS } from "./playground-views.ts";
import { portalStates, portalViews, userViews } from "./portal-views.ts";

/** Somebody who comes, and looks at some pages one after the other. All that is taken as a picture, and all that is tested, stands here. */
export interface Visit {
  /** The page as they find it, and what the browser complains about from then on. */
  arrive(): Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
  readonly views: readonly View[];
}

/** Who comes. */
export const VISITORS = [
  ...(["an administrator", "an administrator who may only look"] as const),
  ...(["a customer who has just come", "a customer with a plan", "an end user of a customer"] as const),
  ...(["somebody at the playground", "a reader of the reference"] as const),
];
type Visitor = (typeof VISITORS)[number];

const here = (name: string, open: (page: Page) => Promise<unknown>): View => ({
  name,
  open: async (page) => void (await open(page)),
});
const door = (name: string) =>
  here(name, (page) => page.getByRole("button", { name: "Sign in", exact: true }).waitFor());

export function visitsOf(
  parts: { readonly browser: Browser; readonly served: Served },
  of: Furnished,
): Readonly<Record<Visitor, Visit>> {
  const look = LOOKS[0];
  const operator = () => dashboard.arrive(parts, look);
  const customer = (who: { readonly tenantId: string; readonly key: string }) => () => portal.arrive(parts, who, look);
  const enter = (name: string, token: string) => here(name, (page) => dashboard.signIn({ page }, token));
  const enterPortal = (name: string, key: string) => here(name, (page) => portal.signIn({ page, key }));
  return {
    "an administrator": {
      arrive: operator,
      views: [
        door("dashboard-door"),
        here("dashboard-door-refused", async (page) => {
          await page.getByRole("textbox", { name: "Admin token or key" }).fill("tg_admin_wrong");
          await page.keyboard.press("Enter");
          await page.getByRole("alert").filter({ hasText: "You could not be signed in" }).waitFor();
        }),
        enter("dashboard-entered", ADMIN_TOKEN),
        ...dashboardViews(of),
        ...dashboardStates(of),
      ],
    },
    "an administrator who may only look": {
      arrive: operator,
      views: [enter("support-entered", of.supportKey), ...supportViews(of)],
    },
    "a customer who has just come": {
      arrive: customer(of.newcomer),
      views: [door("portal-door"), enterPortal("portal-entered", of.newcomer.key), ...portalViews("new")],
    },
    "a customer with a plan": {
      arrive: customer(of),
      views: [enterPortal("portal-entered-again", of.key), ...portalViews("plan"), ...portalStates()],
    },
    "an end user of a customer": {
      arrive: customer({ ...of, key: of.userToken }),
      views: [enterPortal("portal-entered-as-user", of.userToken), ...userViews()],
    },
    "somebody at the playground": {
      arrive: () => openPage({ ...parts, url: parts.served.url, answers: /status of 40[12]/ }, look),
      views: PLAYGROUND_VIEWS,
    },
    "a reader of the reference": {
      async arrive() {
        const page = await parts.browser.newPage({ ...look, locale: "en-IN" });
        return { page, complaints: await watch(page, parts.served) };
      },
      views: [here("docs", (page) => page.goto(`${parts.served.url}/docs`))],
    },
  };
}
