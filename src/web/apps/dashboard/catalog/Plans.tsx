import { micros } from "../../shared/format.ts";
import type { Plan } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { useNow } from "../kit/days.ts";
import { choices } from "../kit/FilterBar.tsx";
import { List } from "../kit/List.tsx";
import { To } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { useSession } from "../session.tsx";
import { NewPlan } from "./PlanDialogs.tsx";
import { priceOf, pricingOf, stateOf } from "./terms.ts";

const columnsAt = (now: number | null): readonly Column<Plan>[] => [
  { title: "Name", value: ({ name }) => name, show: ({ id, name }) => <To href={`/plans/${id}`}>{name}</To> },
  { title: "Price", value: ({ price_paise }) => price_paise / 100, show: priceOf, right: true },
  {
    title: "Includes",
    value: ({ included_micros }) => included_micros / 1_000_000,
    show: ({ included_micros, currency }) => micros(included_micros, currency),
    right: true,
  },
  { title: "Use is charged", value: pricingOf },
  { title: "Collected by", value: ({ collection }) => collection },
  { title: "Currency", value: ({ currency }) => currency },
  { title: "Version", value: ({ version }) => version, right: true },
  {
    title: "Next version",
    value: ({ next_version }) => next_version?.valid_from ?? null,
    show: ({ next_version }) => <When at={next_version?.valid_from ?? null} />,
  },
  {
    title: "State",
    value: (plan) => stateOf(plan, now),
    show: (plan) => <Status of={stateOf(plan, now)} />,
  },
];

const FILTERS = [{ name: "visibility", label: "Visibility", choices: choices("public", "hidden") }];

/** What is sold. */
export function Plans() {
  const { mayChange } = useSession();
  const now = useNow();
  return (
    <>
      <PageHead
        title="Plans"
        about="A base price with what it includes, and how use is charged. A change makes a new version, for those who subscribe from then on, now or from a date."
      >
        {mayChange && <NewPlan />}
      </PageHead>
      <List
        title="All plans"
        path="plans"
        columns={columnsAt(now)}
        filters={FILTERS}
        empty="None yet. Without a plan, customers use what prepaid credit they have."
      />
    </>
  );
}
