import { count, exact, instant } from "../shared/format.ts";
import type { Quota } from "../shared/openapi.ts";

/** What may still be spent with the key that is entered. */
export function QuotaPanel({
  isSet,
  quota,
  error,
}: {
  readonly isSet: boolean;
  readonly quota: Quota | undefined;
  readonly error: Error | null;
}) {
  return (
    <section className="panel" aria-labelledby="quota-title">
      <h2 id="quota-title">Quota</h2>
      <div id="quota">
        {!isSet ? (
          <p className="note">Shown once a key is set.</p>
        ) : error ? (
          <p className="note" role="alert">
            {error.message}
          </p>
        ) : quota ? (
          <Left quota={quota} />
        ) : (
          <p className="note">Asking …</p>
        )}
      </div>
    </section>
  );
}

const BLOCKED = {
  grants: "No credit is left.",
  standing: "Service is stopped until billing is settled.",
  limit: "A limit of this account is reached.",
} as const;

function Left({
  quota: { remaining_micros, currency, unit, resets_at, blocked_by, topup_url },
}: {
  readonly quota: Quota;
}) {
  return (
    <>
      <p className="amount">{exact(remaining_micros, currency)} left</p>
      {unit && (
        <p className="note">
          {count(Math.floor(remaining_micros / unit.micros))} {unit.name}
        </p>
      )}
      {blocked_by && <p className="warning">{BLOCKED[blocked_by.kind]}</p>}
      {resets_at && <p className="note">Resets {instant(resets_at)}</p>}
      {topup_url && <a href={topup_url}>Top up</a>}
    </>
  );
}
