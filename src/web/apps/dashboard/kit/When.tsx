import { exactInstant, instant } from "../../shared/format.ts";

/** An instant in the reader's own zone, with the tenant's where it is known, and to the second for the curious. */
export function When({
  at,
  tenantZone,
  exact = false,
}: {
  readonly at: string | null;
  readonly tenantZone?: string;
  readonly exact?: boolean;
}) {
  if (at === null) return <>–</>;
  const here = exact ? exactInstant(at) : instant(at);
  const there = tenantZone ? instant(at, tenantZone) : null;
  return (
    <time dateTime={at} title={exactInstant(at)}>
      {here}
      {there !== null && there !== instant(at) && ` (${there} in ${tenantZone})`}
    </time>
  );
}
