import { SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { stateOfCode } from "../../portal/billing/states.ts";
import type { Seller } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Card } from "../kit/Card.tsx";
import { Facts } from "../kit/Facts.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { TenantLink } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { adminApi, useSession } from "../session.tsx";

/** Who the invoices are from: one for each Razorpay account. */
export function Sellers() {
  const { mayBill } = useSession();
  const sellers = useQuery({
    queryKey: ["sellers"],
    queryFn: () => adminApi.get("sellers"),
  });
  return (
    <>
      <PageHead
        title="Sellers"
        about="Who supplies, and in which State: it decides the tax of every invoice. One for each Razorpay account."
      >
        {mayBill && <Edit label="Add a seller" seller={null} />}
      </PageHead>
      <Loaded of={sellers} height={220}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" role="status">
              None yet, and nothing can be billed without one. Begin with your own, for the account “operator”.
            </Text>
          ) : (
            <div className={classes.two}>
              {data.map((seller) => (
                <Card
                  key={seller.id}
                  title={seller.legal_name}
                  side={mayBill && <Edit label="Change" seller={seller} />}
                >
                  <Facts
                    of={{
                      Account: seller.tenant_id === null ? "the operator's" : <TenantLink id={seller.tenant_id} />,
                      GSTIN: seller.gstin ?? "none: no tax is charged",
                      State: seller.state_code && stateOfCode(seller.state_code),
                      Address: [
                        seller.address.line1,
                        seller.address.line2,
                        seller.address.city,
                        seller.address.postal_code,
                      ]
                        .filter(Boolean)
                        .join(", "),
                      SAC: seller.sac,
                      "Series of numbers": seller.invoice_series,
                      LUT: seller.lut ?? "none: exports are taxed",
                    }}
                  />
                </Card>
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function Edit({ label, seller }: { readonly label: string; readonly seller: Seller | null }) {
  return (
    <FormDialog
      label={label}
      variant={seller ? "default" : "filled"}
      title={seller ? seller.legal_name : "A seller"}
      act="Save"
      done="The seller is saved"
      initial={() => ({
        ...{ account: seller?.id ?? "operator", legal_name: seller?.legal_name ?? "", gstin: seller?.gstin ?? "" },
        ...{ state_code: seller?.state_code ?? "", sac: seller?.sac ?? "998315", lut: seller?.lut ?? "" },
        ...{ invoice_series: seller?.invoice_series ?? "TG", line1: seller?.address.line1 ?? "" },
        ...{ line2: seller?.address.line2 ?? "", city: seller?.address.city ?? "" },
        postal_code: seller?.address.postal_code ?? "",
      })}
      send={({ account, line1, line2, city, postal_code, gstin, lut, ...fields }) =>
        adminApi.put(`sellers/${encodeURIComponent(account)}`, {
          ...fields,
          ...{ gstin: gstin.trim() || null, lut: lut.trim() || null },
          address: { line1, city, postal_code, ...(line2.trim() && { line2 }) },
        })
      }
      fields={(form) => (
        <Stack>
          {seller === null && (
            <TextInput
              label="Account"
              description="“operator” for your own; the id of a tenant that has a Razorpay account of its own."
              {...form.text("account")}
            />
          )}
          <TextInput label="Legal name" required data-autofocus {...form.text("legal_name")} />
          <SimpleGrid cols={2}>
            <TextInput label="GSTIN" {...form.text("gstin")} />
            <TextInput label="State code" placeholder="29" required {...form.text("state_code")} />
            <TextInput label="Address" required {...form.text("line1")} error={form.errorOf("address.line1")} />
            <TextInput label="Second line" {...form.text("line2")} error={form.errorOf("address.line2")} />
            <TextInput label="City" required {...form.text("city")} error={form.errorOf("address.city")} />
            <TextInput
              label="PIN code"
              required
              {...form.text("postal_code")}
              error={form.errorOf("address.postal_code")}
            />
            <TextInput label="SAC" {...form.text("sac")} />
            <TextInput label="Series of numbers" {...form.text("invoice_series")} />
          </SimpleGrid>
          <TextInput label="LUT" description="For exports without tax." {...form.text("lut")} />
        </Stack>
      )}
    />
  );
}
