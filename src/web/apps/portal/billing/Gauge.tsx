import { Group, Text } from "@mantine/core";
import { day, micros } from "../../shared/format.ts";
import classes from "../portal.module.css";
import type { Grant } from "./types.ts";

/** How much of an amount is used, held by requests under way, and left: drawn for the eye, said for the ear. */
export function GrantBar({
  used,
  held,
  amount,
}: {
  readonly used: number;
  readonly held: number;
  readonly amount: number;
}) {
  const percent = (part: number) => `${Math.round((100 * part) / amount)}%`;
  const share = (part: number) => ({ width: `${(100 * part) / amount}%` });
  return (
    <div className={classes.bar}>
      <span className={classes.unseen}>
        {percent(used)} used, {percent(held)} held
      </span>
      {used > 0 && <span className={classes.used} style={share(used)} />}
      {held > 0 && <span className={classes.held} style={share(held)} />}
      {used + held < amount && <span className={classes.left} style={{ flex: 1 }} />}
    </div>
  );
}

export function Legend() {
  const entries = [
    [classes.used, "used"],
    [classes.held, "held by requests under way"],
    [classes.left, "left"],
  ] as const;
  return (
    <Group gap="md" aria-hidden="true">
      {entries.map(([swatch, label]) => (
        <Text key={label} size="xs" c="dimmed">
          <span className={`${classes.swatch} ${swatch}`} />
          {label}
        </Text>
      ))}
    </Group>
  );
}

const KINDS = {
  included: "Included in the plan",
  prepaid: "Prepaid credit",
  promotional: "Promotional credit",
  overage: "Beyond the plan",
} as const;

/** One source of credit. */
export function GrantRow({
  grant,
  currency,
  cycleEnd,
}: {
  readonly grant: Grant;
  readonly currency: string;
  readonly cycleEnd: string | null;
}) {
  const { kind, amount_micros, used_micros, held_micros, expires_at } = grant;
  return (
    <div className={classes.grant} data-testid={`grant-${kind}`}>
      <Text size="sm" fw={550}>
        {KINDS[kind]}
      </Text>
      <Text size="sm" className={classes.number}>
        {micros(used_micros, currency)}{" "}
        <Text span c="dimmed" size="sm">
          of {micros(amount_micros, currency)}
        </Text>
      </Text>
      <GrantBar used={used_micros} held={held_micros} amount={amount_micros} />
      <Text size="xs" c="dimmed" style={{ gridColumn: "1 / -1" }}>
        {held_micros > 0 && `${micros(held_micros, currency)} held. `}
        {noteOf(kind, expires_at, cycleEnd)}
      </Text>
    </div>
  );
}

function noteOf(kind: Grant["kind"], expires_at: string | null, cycleEnd: string | null): string {
  if (kind === "overage") return cycleEnd ? `Billed after ${day(cycleEnd)}.` : "Billed at the end of the cycle.";
  if (kind === "included") {
    const ends = expires_at ?? cycleEnd;
    return ends ? `Begins anew ${day(ends)}; what is left then does not carry over.` : "";
  }
  return expires_at ? `To be used before ${day(expires_at)}.` : "Does not expire.";
}

/** They are drawn in this order. */
const ORDER: readonly Grant["kind"][] = ["included", "promotional", "prepaid", "overage"];

/** Credit of one kind that ends on one day, as one. */
export function merged(grants: readonly Grant[]): Grant[] {
  const kinds = new Map<string, Grant>();
  for (const grant of grants.filter(({ amount_micros }) => amount_micros > 0)) {
    const key = `${grant.kind} ${grant.expires_at}`;
    const same = kinds.get(key);
    kinds.set(key, same ? together(same, grant) : grant);
  }
  return [...kinds.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

const together = (one: Grant, other: Grant): Grant => ({
  ...one,
  amount_micros: one.amount_micros + other.amount_micros,
  used_micros: one.used_micros + other.used_micros,
  held_micros: one.held_micros + other.held_micros,
});
