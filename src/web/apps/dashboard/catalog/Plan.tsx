import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { micros } from "../../shared/format.ts";
import type { PlanWithVersions } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { useNow } from "../kit/days.ts";
import { Facts } from "../kit/Facts.tsx";
import { Json } from "../kit/Json.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";
import { Migration } from "./Migration.tsx";
import { ArchivePlan, ChangePlan } from "./PlanDialogs.tsx";
import { collectedOf, overageOf, priceOf, pricingOf, stateOf } from "./terms.ts";

/** One plan: what it is sold for, what it was before, and who is still on that. */
export function Plan() {
  const { id = "" } = useParams<{ id: string }>();
  const now = useNow();
  const plan = useQuery({
    queryKey: ["plans", id],
    queryFn: () => adminApi.get(`plans/${encodeURIComponent(id)}`),
  });
  return (
    <Loaded of={plan} height={480}>
      {(plan) => (
        <>
          <PageHead
            title={plan.name}
            from={{ href: "/plans", label: "Plans" }}
            badge={<Status of={stateOf(plan, now)} />}
            about={`${priceOf(plan)}, version ${plan.version}`}
          >
            <Acts plan={plan} />
          </PageHead>
          <Stack>
            <TermsCard plan={plan} />
            <VersionsCard plan={plan} />
            <Migration plan={plan} />
            {plan.pricing.type === "rate_card" && (
              <Card title="Prices of its own">
                <Json of={plan.pricing.rates} label="Rate card" />
              </Card>
            )}
            {plan.limits.length > 0 && (
              <Card title="Limits">
                <Json of={plan.limits} label="Limits of the plan" />
              </Card>
            )}
          </Stack>
        </>
      )}
    </Loaded>
  );
}

function Acts({ plan }: { readonly plan: PlanWithVersions }) {
  const { mayChange } = useSession();
  if (!mayChange) return null;
  return (
    <>
      <ChangePlan plan={plan} />
      {plan.archived_at === null ? (
        <ArchivePlan plan={plan} />
      ) : (
        <Act
          label="Sell again"
          title={`Sell ${plan.name} again?`}
          done="The plan is sold again"
          act={() => adminApi.patch(`plans/${plan.id}`, { archived: false })}
        >
          Customers can choose it again, where it is public.
        </Act>
      )}
    </>
  );
}

const TermsCard = ({ plan }: { readonly plan: PlanWithVersions }) => (
  <Card title="Terms">
    <Facts
      of={{
        Price: `${priceOf(plan)}, tax ${plan.tax === "inclusive" ? "within it" : "added to it"}`,
        Includes: micros(plan.included_micros, plan.currency),
        "Use is charged": pricingOf(plan),
        Tiers: plan.tiers && `${plan.tiers.length}, by what is used in a cycle`,
        "When it is used up": overageOf(plan, plan.currency),
        Collected: collectedOf(plan),
        Trial: plan.trial && `${plan.trial.days} days with ${micros(plan.trial.included_micros, plan.currency)}`,
        "Days of grace": plan.grace_days,
        "Sold until": plan.archived_at && <When at={plan.archived_at} />,
        "Reminded on days": plan.reminder_days.join(", ") || "never",
        Id: <code>{plan.id}</code>,
      }}
    />
  </Card>
);

function VersionsCard({ plan }: { readonly plan: PlanWithVersions }) {
  const { mayChange } = useSession();
  const now = useNow();
  const stateOfVersion = ({ version, valid_from, withdrawn_at }: PlanWithVersions["versions"][number]) =>
    withdrawn_at !== null
      ? "withdrawn"
      : version === plan.version
        ? "sold"
        : now !== null && new Date(valid_from).getTime() > now
          ? "to come"
          : "over";
  return (
    <Card title="Versions">
      <DataTable
        label="Versions"
        rows={plan.versions.toSorted((a, b) => b.version - a.version)}
        keyOf={({ version }) => String(version)}
        columns={[
          { title: "Version", value: ({ version }) => version, right: true },
          { title: "From", value: ({ valid_from }) => valid_from, show: ({ valid_from }) => <When at={valid_from} /> },
          { title: "State", value: stateOfVersion, show: (version) => <Status of={stateOfVersion(version)} /> },
          {
            title: "Price",
            value: ({ price_paise }) => price_paise,
            show: (version) => priceOf({ ...version, currency: plan.currency }),
          },
          {
            title: "Includes",
            value: ({ included_micros }) => included_micros,
            show: ({ included_micros }) => micros(included_micros, plan.currency),
          },
          { title: "Use is charged", value: pricingOf },
          {
            title: "Acts",
            acts: true,
            value: () => null,
            show: (row) =>
              mayChange && stateOfVersion(row) === "to come" ? (
                <Act
                  label="Withdraw"
                  title={`Withdraw version ${row.version}?`}
                  done="The version is withdrawn"
                  act={() => adminApi.remove(`plans/${plan.id}/versions/${row.version}`)}
                >
                  It never holds; the version before it goes on.
                </Act>
              ) : null,
          },
        ]}
      />
    </Card>
  );
}
