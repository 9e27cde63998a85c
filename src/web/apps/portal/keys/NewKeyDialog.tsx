import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../shared/api.ts";
import { CodeSample } from "../../shared/CodeSample.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import { useSession } from "../session.tsx";
import { KEYS, type Key } from "./queries.ts";
import { SCOPES } from "./scopes.ts";

const ENDS = [
  ["", "never"],
  ["30", "in 30 days"],
  ["90", "in 90 days"],
  ["365", "in a year"],
] as const;
const DAY_MS = 86_400_000;

/** Makes a key, and shows its secret this once. */
export function NewKeyDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const [made, setMade] = useState<(Key & { readonly secret: string }) | null>(null);
  const close = () => {
    onClose();
    setMade(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      // A secret that is shown once is not lost by a click beside it.
      closeOnClickOutside={made === null}
      title={made ? `${made.name} is made` : "New key"}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ title: "dialog-title" }}
    >
      {made ? (
        <Stack>
          <Alert color="yellow" variant="light" title="Copy it now">
            This is the only time it is shown: only a fingerprint of it is kept.
          </Alert>
          <CodeSample code={made.secret} label="The new key" />
          <Group justify="flex-end">
            <Button onClick={close}>I have copied it</Button>
          </Group>
        </Stack>
      ) : (
        <Form onMade={setMade} onClose={close} />
      )}
    </Modal>
  );
}

function Form({
  onMade,
  onClose,
}: {
  readonly onMade: (made: Key & { readonly secret: string }) => void;
  readonly onClose: () => void;
}) {
  const { api, me } = useSession();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Key["scopes"][number][]>(["inference"]);
  const [models, setModels] = useState<string[]>([]);
  const [ends, setEnds] = useState("");
  const make = useMutation({
    mutationFn: () =>
      api.post("keys", {
        name,
        scopes,
        ...(models.length > 0 && { models }),
        ...(ends && {
          expires_at: new Date(performance.timeOrigin + performance.now() + Number(ends) * DAY_MS).toISOString(),
        }),
      }),
    onSuccess: async (made) => {
      onMade(made);
      await client.invalidateQueries({ queryKey: KEYS });
    },
  });
  const issues = make.error instanceof ApiError ? make.error.issues : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {make.error && Object.keys(issues).length === 0 && (
          <Trouble error={make.error} title="The key could not be made" />
        )}
        <TextInput
          label="Name"
          description="What you will know it by: the program, and where it runs."
          placeholder="Backend, production"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={issues.name}
          maxLength={200}
          required
          data-autofocus
        />
        <Checkbox.Group label="It may" value={scopes} onChange={setScopes} error={issues.scopes}>
          <Stack gap={8} mt={8}>
            {me.scopes.map((scope) => (
              <Checkbox key={scope} value={scope} label={SCOPES[scope] ?? scope} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TagsInput
          label="Only these models"
          description="Names, with * for any letters: claude-haiku-*. None means all that your own key may use."
          placeholder={models.length ? undefined : "All models"}
          value={models}
          onChange={setModels}
          error={Object.entries(issues).find(([path]) => path.startsWith("models"))?.[1]}
        />
        <Select
          label="It ends"
          data={ENDS.map(([value, label]) => ({ value, label }))}
          value={ends}
          onChange={(next) => setEnds(next ?? "")}
          allowDeselect={false}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={make.isPending} disabled={name.trim() === "" || scopes.length === 0}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
