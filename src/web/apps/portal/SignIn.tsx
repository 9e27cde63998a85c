import { Button, Center, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { sandboxKey } from "../shared/meta.ts";
import { Trouble } from "../shared/Trouble.tsx";
import classes from "./portal.module.css";

/** The door: an API key, or the token that the SaaS gave its user. */
export function SignIn({
  onSignIn,
  refused,
}: {
  readonly onSignIn: (credential: string) => void;
  readonly refused: Error | null;
}) {
  const [credential, setCredential] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (credential.trim()) onSignIn(credential.trim());
  };
  return (
    <Center py={{ base: "lg", sm: 64 }}>
      <form className={classes.card} onSubmit={submit} style={{ width: "min(440px, 100%)" }}>
        <Stack>
          <div>
            <Title order={2} size="h3">
              Sign in
            </Title>
            <Text c="dimmed" size="sm" mt={4}>
              See what is left and what was used, choose a plan, top up, and get your invoices.
            </Text>
          </div>
          {refused && <Trouble error={refused} title="You could not be signed in" />}
          <PasswordInput
            label="API key or token"
            description="Kept in this tab only, and gone when it is closed."
            placeholder="tg_live_…"
            value={credential}
            onChange={(event) => setCredential(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            visibilityToggleButtonProps={{ "aria-label": "Show or hide the key" }}
            data-autofocus
            size="md"
          />
          <Button type="submit" size="md" disabled={credential.trim() === ""}>
            Sign in
          </Button>
          {sandboxKey && (
            <Button variant="light" size="md" onClick={() => onSignIn(sandboxKey)}>
              Use the demo account
            </Button>
          )}
        </Stack>
      </form>
    </Center>
  );
}
