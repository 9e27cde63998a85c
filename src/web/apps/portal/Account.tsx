import { Alert, Stack, Tabs } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import { type ReactNode, useRef } from "react";
import { useInSight } from "../shared/in-sight.ts";
import { AutopayCard } from "./billing/AutopayCard.tsx";
import { CreditCards } from "./billing/CreditCards.tsx";
import { InvoicesCard } from "./billing/InvoicesCard.tsx";
import { NoticeProvider } from "./billing/notice.tsx";
import { Overview } from "./billing/Overview.tsx";
import { PlansTab } from "./billing/PlansTab.tsx";
import { ProfileCard } from "./billing/ProfileCard.tsx";
import { ProfileFirst } from "./billing/profile-first.tsx";
import { Standing } from "./billing/Standing.tsx";
import { ConnectTab } from "./connect/ConnectTab.tsx";
import { KeysTab } from "./keys/KeysTab.tsx";
import classes from "./portal.module.css";
import { Remaining } from "./Remaining.tsx";
import { useSession } from "./session.tsx";
import { RequestsTab } from "./usage/RequestsTab.tsx";
import { UsageTab } from "./usage/UsageTab.tsx";

interface Part {
  readonly name: string;
  readonly label: string;
  readonly content: ReactNode;
}

const USE: readonly Part[] = [
  { name: "usage", label: "Usage", content: <UsageTab /> },
  { name: "requests", label: "Requests", content: <RequestsTab /> },
];
const KEYS: Part = { name: "keys", label: "Keys", content: <KeysTab /> };
const CONNECT: Part = { name: "connect", label: "Connect", content: <ConnectTab /> };
const BILLING: readonly Part[] = [
  { name: "plan", label: "Plan", content: <PlansTab /> },
  {
    name: "credit",
    label: "Credit",
    content: (
      <Stack>
        <CreditCards />
        <AutopayCard />
      </Stack>
    ),
  },
  { name: "invoices", label: "Invoices", content: <InvoicesCard /> },
  { name: "details", label: "Details", content: <ProfileCard /> },
];

/** Everything that whoever is signed in may see and do: an end user what is left and used, who pays billing too, who keeps the keys those. */
export function Account() {
  const { me } = useSession();
  const may = (scope: string) => me.scopes.includes(scope);
  const pays = may("billing:read");
  const parts: readonly Part[] = [
    { name: "overview", label: "Overview", content: pays ? <Overview /> : <Remaining /> },
    ...(pays ? BILLING : []),
    ...USE,
    ...(may("keys:write") ? [KEYS] : []),
    CONNECT,
  ];
  const contents = (
    <Stack gap="md">
      {pays && !may("billing:write") && (
        <Alert color="gray" title="You can look, and change nothing">
          What you signed in with may read billing. To buy or change something, use a key with the scope billing:write.
        </Alert>
      )}
      {pays && <Standing />}
      <Parts parts={parts} />
    </Stack>
  );
  return <NoticeProvider>{pays ? <ProfileFirst>{contents}</ProfileFirst> : contents}</NoticeProvider>;
}

function Parts({ parts }: { readonly parts: readonly Part[] }) {
  const [hash, setHash] = useHash({ getInitialValueInEffect: false });
  const list = useRef<HTMLDivElement>(null);
  const current = parts.find(({ name }) => `#${name}` === hash)?.name ?? "overview";
  useInSight(list, `[data-part="${current}"]`, current);
  return (
    <Tabs value={current} onChange={(next) => setHash(next ?? "")} keepMounted={false}>
      <Tabs.List mb="md" aria-label="Account" className={classes.tabs} ref={list}>
        {parts.map(({ name, label }) => (
          <Tabs.Tab key={name} value={name} data-part={name}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {parts.map(({ name, content }) => (
        <Tabs.Panel key={name} value={name}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
