import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Link } from "wouter";
import { paise } from "../../shared/format.ts";
import type { Collection } from "../../shared/openapi.ts";
import { Loaded } from "../kit/Loaded.tsx";
import { To } from "../kit/links.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";
import { words } from "../kit/words.ts";
import { adminApi } from "../session.tsx";
import classes from "./board.module.css";

const SHOWN = 12;
const OFTEN_MS = 10_000;

/** Where an attempt can be on its way, and what is said where none is there. */
const LANES = [
  { title: "Claimed", states: "claimed,order_created", none: "Nothing is about to be asked for." },
  { title: "At the bank", states: "submitted,unknown", none: "No debit waits for its last word." },
  { title: "Link sent", states: "sent", none: "Nobody has a link that is not paid." },
  { title: "Failed", states: "failed", none: "Nothing has failed." },
  { title: "Settled", states: "settled", none: "Nothing has come in yet." },
] as const;

/** Attempts to collect, from the claim to the money. */
export const Board = () => (
  <div className={classes.board}>
    {LANES.map((lane) => (
      <Lane key={lane.title} {...lane} />
    ))}
  </div>
);

function Lane({ title, states, none }: (typeof LANES)[number]) {
  const id = useId();
  const rows = useQuery({
    queryKey: ["list", "collections", "board", states],
    queryFn: () => adminApi.get(`collections?status=${states}&limit=${SHOWN}`),
    refetchInterval: OFTEN_MS,
  });
  return (
    <section className={classes.lane} aria-labelledby={id}>
      <Group justify="space-between" mb={8}>
        <Text fw={650} size="sm" id={id} component="h2">
          {title}
        </Text>
        {rows.data && (
          <Text size="xs" c="dimmed">
            {rows.data.data.length}
            {rows.data.has_more && "+"}
          </Text>
        )}
      </Group>
      <Loaded of={rows} height={90}>
        {({ data, has_more }) => (
          <ul className={classes.cards}>
            {data.map((row) => (
              <li key={row.id} className={classes.attempt}>
                <Attempt of={row} />
              </li>
            ))}
            {data.length === 0 && (
              <Text size="xs" c="dimmed" component="li">
                {none}
              </Text>
            )}
            {has_more && (
              <li>
                <To href={`/collections/attempts?status=${states}`}>All of them</To>
              </li>
            )}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

const Attempt = ({ of }: { readonly of: Collection }) => (
  <>
    <Group justify="space-between" gap={6} wrap="nowrap">
      <Link href={`/invoices/${of.invoice_id}`} className={classes.amount}>
        {paise(of.amount_paise, of.currency)}
      </Link>
      <Status of={of.channel} label={of.channel === "debit" ? `debit ${of.attempt}` : "link"} />
    </Group>
    <Text size="xs" component="div">
      <TenantName id={of.tenant_id} />
    </Text>
    <Text size="xs" c="dimmed" component="div">
      {of.error_reason ? words(of.error_reason) : <When at={of.updated_at} />}
      {of.status === "submitted" && of.final_at && (
        <>
          , last word by <When at={of.final_at} />
        </>
      )}
    </Text>
  </>
);
