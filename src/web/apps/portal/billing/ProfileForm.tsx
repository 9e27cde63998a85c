import { Button, Group, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../shared/api.ts";
import { sentence } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import { useSession } from "../session.tsx";
import { useRefresh } from "./queries.ts";
import { ABROAD, countryChoices, stateChoices } from "./states.ts";
import type { Profile } from "./types.ts";

const COUNTRIES = countryChoices();
const STATES = stateChoices();
const HOME = "IN";

type Fields = Record<"name" | "email" | "contact" | "line1" | "line2" | "city" | "postal_code" | "gstin", string> & {
  readonly country: string;
  readonly state_code: string | null;
};

const fieldsOf = (profile: Profile | null): Fields => ({
  ...{ name: profile?.name ?? "", email: profile?.email ?? "", contact: profile?.contact ?? "" },
  ...{ line1: profile?.address.line1 ?? "", line2: profile?.address.line2 ?? "", city: profile?.address.city ?? "" },
  ...{ postal_code: profile?.address.postal_code ?? "", country: profile?.address.country ?? HOME },
  ...{ state_code: profile?.state_code ?? null, gstin: profile?.gstin ?? "" },
});

function bodyOf({ line1, line2, city, postal_code, country, gstin, state_code, ...rest }: Fields) {
  return {
    ...rest,
    address: { line1, ...(line2.trim() && { line2 }), city, postal_code, country },
    state_code: country === HOME ? (state_code ?? "") : ABROAD,
    gstin: country === HOME && gstin.trim() ? gstin : null,
  };
}

/** The billing profile. The API checks it; what it objects to stands beside the field it is about. */
export function ProfileForm({
  profile,
  act,
  onSaved,
}: {
  readonly profile: Profile | null;
  readonly act: string;
  readonly onSaved: (profile: Profile) => void;
}) {
  const { api } = useSession();
  const refresh = useRefresh();
  const [fields, setFields] = useState(() => fieldsOf(profile));
  const save = useMutation({
    mutationFn: () => api.put("billing/profile", bodyOf(fields)),
    onSuccess: async (saved) => {
      await refresh();
      onSaved(saved);
    },
  });
  const [mended, setMended] = useState<ReadonlySet<string>>(new Set());
  const issues = save.error instanceof ApiError ? save.error.issues : {};
  const issueOf = (path: string) => (mended.has(path) ? undefined : issues[path]);
  /** What is written anew is not wrong until it is sent. */
  const write = (path: string, change: Partial<Fields>) => {
    setFields((before) => ({ ...before, ...change }));
    setMended((before) => new Set(before).add(path));
  };
  const isIndian = fields.country === HOME;
  const text = (name: keyof Fields, path: string = name) => ({
    value: fields[name] ?? "",
    error: plain(issueOf(path)),
    onChange: (event: { currentTarget: { value: string } }) => write(path, { [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMended(new Set());
    save.mutate();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput label="Name or company" required autoComplete="organization" {...text("name")} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="E-mail" type="email" required autoComplete="email" {...text("email")} />
          <TextInput
            label="Telephone"
            type="tel"
            required
            autoComplete="tel"
            placeholder="+91 98765 43210"
            {...text("contact")}
          />
        </SimpleGrid>
        <TextInput label="Address" required autoComplete="address-line1" {...text("line1", "address.line1")} />
        <TextInput label="Address, second line" autoComplete="address-line2" {...text("line2", "address.line2")} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="City" required autoComplete="address-level2" {...text("city", "address.city")} />
          <TextInput
            label={isIndian ? "PIN code" : "Postal code"}
            required
            autoComplete="postal-code"
            {...text("postal_code", "address.postal_code")}
          />
          <Select
            label="Country"
            required
            searchable
            allowDeselect={false}
            data={COUNTRIES}
            value={fields.country}
            error={plain(issueOf("address.country"))}
            onChange={(country) => country && write("address.country", { country, state_code: null })}
          />
          {isIndian && (
            <Select
              label="State or Union Territory"
              description="Decides whether CGST and SGST or IGST is charged."
              required
              searchable
              placeholder="Choose"
              data={STATES}
              value={fields.state_code === ABROAD ? null : fields.state_code}
              error={issueOf("state_code") && (fields.state_code ? plain(issueOf("state_code")) : "Choose a State.")}
              onChange={(state_code) => write("state_code", { state_code })}
              inputWrapperOrder={["label", "input", "description", "error"]}
            />
          )}
        </SimpleGrid>
        {isIndian && (
          <TextInput
            label="GSTIN"
            description="If you are registered: it makes your invoices good for input tax credit."
            placeholder="29AAAAA0000A1Z5"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            {...text("gstin")}
          />
        )}
        {save.error && Object.keys(issues).length === 0 && <Trouble error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The API's words for programs, in words for people. */
function plain(message: string | undefined): string | undefined {
  if (message === undefined) return;
  if (/^too small|expected string to have >=1/i.test(message)) return "Fill this in.";
  if (/invalid email/i.test(message)) return "Enter an e-mail address such as name@company.com.";
  return sentence(message);
}
