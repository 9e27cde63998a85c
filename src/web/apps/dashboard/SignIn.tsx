import { Button, Center, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import mark from "../shared/mark.svg";
import { Trouble } from "../shared/Trouble.tsx";
import classes from "./dashboard.module.css";
import { adminApi } from "./session.tsx";

/** The door: a token is exchanged for a session that scripts cannot read, and is not kept. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const [token, setToken] = useState("");
  const entering = useMutation({
    mutationFn: () => adminApi.post("sessions", { token: token.trim() }),
    onSuccess: onSignedIn,
    meta: { atTheDoor: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim()) entering.mutate();
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <form className={classes.card} onSubmit={submit} style={{ width: "min(440px, 100%)" }}>
        <Stack>
          <Group gap="sm">
            <img src={mark} alt="" width={34} height={34} />
            <Title order={1} size="h3">
              Tollgate
            </Title>
          </Group>
          <Text c="dimmed" size="sm">
            Sign in as an administrator: with the admin token that was printed at the first start, or with an admin key.
          </Text>
          {entering.error && <Trouble error={entering.error} title="You could not be signed in" />}
          <PasswordInput
            label="Admin token or key"
            description="Exchanged for a session of this browser; it is not kept."
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="current-password"
            spellCheck={false}
            visibilityToggleButtonProps={{ "aria-label": "Show or hide the token" }}
            data-autofocus
            size="md"
          />
          <Button type="submit" size="md" disabled={token.trim() === ""} loading={entering.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Center>
  );
}
