import { Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ABROAD, countryChoices, STATES, stateChoices } from "../../../portal/billing/states.ts";
import type { BillingProfile } from "../../../shared/openapi.ts";
import { Card } from "../../kit/Card.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { FormDialog } from "../../kit/FormDialog.tsx";
import { Loaded } from "../../kit/Loaded.tsx";
import { adminApi, useSession } from "../../session.tsx";
import type { Door } from "./queries.ts";

const HOME = "IN";

/** Who is billed: what stands on the invoices, and whose State decides their tax. */
export function ProfileCard({ door }: { readonly door: Door }) {
  const { mayBill } = useSession();
  const profile = useQuery({
    queryKey: ["billing_profile", door],
    queryFn: () => adminApi.find(`${door}/billing_profile`),
  });
  return (
    <Card
      title="Who is billed"
      side={mayBill && profile.data !== undefined && <Edit door={door} profile={profile.data} />}
    >
      <Loaded of={profile} height={60}>
        {(profile) =>
          profile === null ? (
            <Text size="sm" c="dimmed">
              Not known yet. It is needed before anything can be sold.
            </Text>
          ) : (
            <Facts
              of={{
                Name: profile.name,
                "E-mail": profile.email,
                Telephone: profile.contact,
                Address: [
                  ...[profile.address.line1, profile.address.line2, profile.address.city],
                  ...[profile.address.postal_code, profile.address.country],
                ]
                  .filter(Boolean)
                  .join(", "),
                State: STATES[profile.state_code] ?? "outside of India",
                GSTIN: profile.gstin,
              }}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

const Edit = ({ door, profile }: { readonly door: Door; readonly profile: BillingProfile | null }) => (
  <FormDialog
    label={profile ? "Change" : "Fill in"}
    title="Who is billed"
    act="Save"
    done="The billing details are saved"
    variant="default"
    size="lg"
    initial={() => ({
      ...{ name: profile?.name ?? "", email: profile?.email ?? "", contact: profile?.contact ?? "" },
      ...{
        line1: profile?.address.line1 ?? "",
        line2: profile?.address.line2 ?? "",
        city: profile?.address.city ?? "",
      },
      ...{ postal_code: profile?.address.postal_code ?? "", country: profile?.address.country ?? HOME },
      ...{ state_code: profile?.state_code ?? "", gstin: profile?.gstin ?? "" },
    })}
    send={({ line1, line2, city, postal_code, country, state_code, gstin, ...rest }) =>
      adminApi.put(`${door}/billing_profile`, {
        ...rest,
        address: { line1, ...(line2.trim() && { line2 }), city, postal_code, country },
        state_code: country === HOME ? state_code : ABROAD,
        gstin: country === HOME && gstin.trim() ? gstin.trim() : null,
      })
    }
    fields={(form) => {
      const address = (name: "line1" | "line2" | "city" | "postal_code") => ({
        ...form.text(name),
        error: form.errorOf(`address.${name}`),
      });
      return (
        <>
          <TextInput label="Name or company" required data-autofocus {...form.text("name")} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label="E-mail" type="email" required {...form.text("email")} />
            <TextInput label="Telephone" type="tel" required {...form.text("contact")} />
          </SimpleGrid>
          <TextInput label="Address" required {...address("line1")} />
          <TextInput label="Address, second line" {...address("line2")} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label="City" required {...address("city")} />
            <TextInput label="Postal code" required {...address("postal_code")} />
            <Select
              label="Country"
              searchable
              allowDeselect={false}
              data={countryChoices()}
              value={form.values.country}
              onChange={(country) => country && form.set("country", country)}
              error={form.errorOf("address.country")}
            />
            {form.values.country === HOME && (
              <Select
                label="State or Union Territory"
                required
                searchable
                data={stateChoices()}
                value={form.values.state_code || null}
                onChange={(state_code) => form.set("state_code", state_code ?? "")}
                error={form.errorOf("state_code") && "Choose a State."}
              />
            )}
          </SimpleGrid>
          {form.values.country === HOME && <TextInput label="GSTIN" spellCheck={false} {...form.text("gstin")} />}
        </>
      );
    }}
  />
);
