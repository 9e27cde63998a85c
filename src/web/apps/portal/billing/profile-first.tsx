import { Modal, Text } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { ProfileForm } from "./ProfileForm.tsx";
import { useProfile } from "./queries.ts";
import type { Profile } from "./types.ts";

type AskForProfile = () => Promise<Profile | null>;
const ProfileFirstContext = createContext<AskForProfile>(async () => null);

/** Before anything is bought, the State of the buyer must be known: it decides the tax. Whoever buys asks here first. */
export function ProfileFirst({ children }: { readonly children: ReactNode }) {
  const { data: profile, refetch } = useProfile();
  const [asking, setAsking] = useState(false);
  const waiting = useRef<(profile: Profile | null) => void>(undefined);

  const ask = useCallback<AskForProfile>(async () => {
    const known = profile ?? (await refetch({ throwOnError: true })).data;
    if (known) return known;
    setAsking(true);
    return new Promise((resolve) => {
      waiting.current = resolve;
    });
  }, [profile, refetch]);
  const answer = (given: Profile | null) => {
    setAsking(false);
    waiting.current?.(given);
  };

  return (
    <ProfileFirstContext value={ask}>
      {children}
      <Modal
        opened={asking}
        onClose={() => answer(null)}
        title="Who is buying?"
        size="lg"
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ title: "dialog-title" }}
      >
        <Text size="sm" c="dimmed" mb="md">
          These details stand on your invoices, and the State decides their GST. You can change them later.
        </Text>
        <ProfileForm profile={null} act="Save and continue" onSaved={answer} />
      </Modal>
    </ProfileFirstContext>
  );
}

/** The billing profile, asked for where there is none yet; null where the person would rather not. */
export const useProfileFirst = (): AskForProfile => useContext(ProfileFirstContext);
