import { Alert, Stack, Tabs } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { AutopayCard } from "./AutopayCard.tsx";
import { CreditCards } from "./CreditCards.tsx";
import { InvoicesCard } from "./InvoicesCard.tsx";
import { NoticeProvider } from "./notice.tsx";
import { Overview } from "./Overview.tsx";
import { PlansTab } from "./PlansTab.tsx";
import { ProfileCard } from "./ProfileCard.tsx";
import { ProfileFirst } from "./profile-first.tsx";
import { Standing } from "./Standing.tsx";

const TABS = [
  ["overview", "Overview"],
  ["plan", "Plan"],
  ["credit", "Credit"],
  ["invoices", "Invoices"],
  ["details", "Details"],
] as const;

/** Everything that a paying customer sees and does. Each part asks for what it shows. */
export function Billing() {
  const { me } = useSession();
  const [hash, setHash] = useHash({ getInitialValueInEffect: false });
  const tab = TABS.find(([name]) => `#${name}` === hash)?.[0] ?? "overview";
  return (
    <NoticeProvider>
      <ProfileFirst>
        <Stack gap="md">
          {!me.scopes.includes("billing:write") && (
            <Alert color="gray" title="You can look, and change nothing">
              What you signed in with may read billing. To buy or change something, use a key with the scope
              billing:write.
            </Alert>
          )}
          <Standing />
          <Tabs value={tab} onChange={(next) => setHash(next ?? "")} keepMounted={false}>
            <Tabs.List mb="md" aria-label="Billing" className={classes.tabs}>
              {TABS.map(([name, label]) => (
                <Tabs.Tab key={name} value={name}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="overview">
              <Overview />
            </Tabs.Panel>
            <Tabs.Panel value="plan">
              <PlansTab />
            </Tabs.Panel>
            <Tabs.Panel value="credit">
              <Stack>
                <CreditCards />
                <AutopayCard />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="invoices">
              <InvoicesCard />
            </Tabs.Panel>
            <Tabs.Panel value="details">
              <ProfileCard />
            </Tabs.Panel>
          </Tabs>
        </Stack>
      </ProfileFirst>
    </NoticeProvider>
  );
}
