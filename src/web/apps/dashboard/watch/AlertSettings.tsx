import { Button, Group, NumberInput, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../shared/api.ts";
import { sentence } from "../../shared/format.ts";
import { useTell } from "../../shared/notice.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../dashboard.module.css";
import { useRefresh } from "../kit/act.tsx";
import { Card } from "../kit/Card.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { adminApi, useSession } from "../session.tsx";
import { KINDS, type Knob } from "./alert-kinds.ts";

type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** When alerts are raised. */
export function AlertSettings() {
  const settings = useQuery({
    queryKey: ["alert_settings"],
    queryFn: () => adminApi.get("alert_settings"),
    // What is being changed is not to be changed under the hand.
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <PageHead
        title="When alerts are raised"
        from={{ href: "/alerts", label: "Alerts" }}
        about="Bounds hold from the next look on. A kind that is switched off is never told of."
      />
      <Loaded of={settings} height={420}>
        {(settings) => <Form key={JSON.stringify(settings)} settings={settings} />}
      </Loaded>
    </>
  );
}

function Form({ settings }: { readonly settings: Settings }) {
  const { mayChange } = useSession();
  const [values, setValues] = useState(settings);
  const tell = useTell();
  const refresh = useRefresh();
  const saving = useMutation({
    mutationFn: () => adminApi.put("alert_settings", values),
    onSuccess: async () => {
      tell({ tone: "good", title: "The settings are saved" });
      await refresh();
    },
  });
  const issues = saving.error instanceof ApiError ? saving.error.issues : {};
  const set = (kind: string, name: string, value: unknown) =>
    setValues((before) => ({ ...before, [kind]: { ...before[kind], [name]: value } }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <div className={classes.two}>
          {KINDS.map(({ kind, title, about, knobs }) => (
            <Card
              key={kind}
              title={title}
              side={
                <Switch
                  aria-label={`${title}: told of`}
                  label="Told of"
                  checked={values[kind]?.enabled !== false}
                  disabled={!mayChange}
                  onChange={(event) => set(kind, "enabled", event.currentTarget.checked)}
                />
              }
            >
              <Text size="sm" c="dimmed" mb="sm">
                {about}
              </Text>
              <div className={classes.filters}>
                {knobs.map((knob) => (
                  <Field
                    key={knob.name}
                    knob={knob}
                    value={values[kind]?.[knob.name]}
                    disabled={!mayChange || values[kind]?.enabled === false}
                    error={issueOf(issues, `${kind}.${knob.name}`)}
                    onChange={(value) => set(kind, knob.name, value)}
                  />
                ))}
              </div>
            </Card>
          ))}
        </div>
        {saving.error && <Trouble error={saving.error} title="The settings are as they were" />}
        {mayChange && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setValues(settings)} disabled={values === settings}>
              Undo changes
            </Button>
            <Button type="submit" loading={saving.isPending} disabled={values === settings}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function issueOf(issues: Readonly<Record<string, string>>, path: string): string | undefined {
  const found = Object.entries(issues).find(([at]) => at === path || at.startsWith(`${path}.`));
  return found && sentence(found[1]);
}

function Field({
  knob: { label, factor = 1, list, suffix },
  value,
  ...input
}: {
  readonly knob: Knob;
  readonly value: unknown;
  readonly disabled: boolean;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}) {
  if (list) return <Shares label={label} value={(value ?? []) as readonly number[]} {...input} />;
  return (
    <NumberInput
      size="xs"
      label={label}
      suffix={suffix}
      hideControls
      value={typeof value === "number" ? Math.round((value / factor) * 1e6) / 1e6 : ""}
      {...input}
      onChange={(shown) => input.onChange(typeof shown === "number" ? Math.round(shown * factor * 1e6) / 1e6 : null)}
    />
  );
}

/** Shares as percentages, separated by commas. */
function Shares({
  value,
  onChange,
  ...input
}: {
  readonly label: string;
  readonly value: readonly number[];
  readonly disabled: boolean;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(() => value.map((share) => `${Math.round(share * 1e4) / 100}`).join(", "));
  return (
    <TextInput
      size="xs"
      {...input}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const parts = event.currentTarget.value.split(/[\s,%]+/).filter(Boolean);
        onChange(parts.map((part) => Number(part) / 100));
      }}
    />
  );
}
