import { Skeleton, Text, Title } from "@mantine/core";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useTell } from "./notice.tsx";
import { ProfileForm } from "./ProfileForm.tsx";
import { useProfile } from "./queries.ts";

/** What stands on the invoices, to be changed at any time. */
export function ProfileCard() {
  const { data: profile, error, refetch } = useProfile();
  const tell = useTell();
  return (
    <section className={classes.card} aria-labelledby="details-title">
      <Title order={2} size="h4" id="details-title">
        Billing details
      </Title>
      <Text c="dimmed" size="sm" mb="md">
        They stand on your next invoice; invoices that were issued stay as they are.
      </Text>
      {profile !== undefined ? (
        <ProfileForm
          profile={profile}
          act="Save"
          onSaved={() => tell({ tone: "good", title: "Your billing details are saved" })}
        />
      ) : error ? (
        <Trouble error={error} title="Your billing details cannot be shown" onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={360} role="status" aria-label="Loading" />
      )}
    </section>
  );
}
