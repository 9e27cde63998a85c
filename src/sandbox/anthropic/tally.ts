/**
 * What the sandbox did and would have billed: the truth a gateway's ledger is compared with. Quantities are billable
 * ones, so a request that failed before any output, or was refused before any content, counts zero of everything.
 */
export interface Tally {
  /** The last 100,000 requests to `/v1/messages`, oldest first. */
  readonly requests: readonly TallyEntry[];
  /** Since the start (or the last reset), by upstream key. */
  readonly totals: Readonly<Record<string, TallyTotals>>;
  /** Requests that have begun and not yet ended. */
  readonly inFlight: number;
  /** By the id in the `request-id` header. */
  find(id: string): TallyEntry | undefined;
}

export interface TallyQuantities {
  inputTokens: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  /** Final when complete; what was generated until then when the request was aborted, cut or broken off by an error. */
  outputTokens: number;
  webSearches: number;
}

export interface TallyTotals extends TallyQuantities {
  requests: number;
}

export interface TallyEntry extends TallyQuantities {
  id: string;
  /** The accepted upstream key; null when the credential was not accepted. */
  key: string | null;
  /** As the request names it, resolved to the listed id; null when the request never got that far. */
  model: string | null;
  stream: boolean;
  /** Where it was inferred, and by which list. */
  geo?: string;
  speed?: "standard" | "fast";
  /** A line of a message batch, billed at half price; its id is `{batch id}/{custom_id}`. */
  batch?: true;
  /** The status sent, or 499 when the client left before there was one. */
  status: number;
  startedAt: number;
  endedAt: number;
  /** Content deltas generated. */
  deltas: number;
  aborted: boolean;
  ended: Ended;
}

export type Ended = "complete" | "aborted" | "cut" | "errored" | "refused";

/** The side of the tally that the server writes to. */
export interface TallyBook extends Tally {
  begin(id: string): TallyEntry;
  end(entry: TallyEntry, ended: Ended): void;
  reset(): void;
}

const REQUESTS_MAX = 100_000;
const NOTHING: Readonly<TallyQuantities> = {
  inputTokens: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  outputTokens: 0,
  webSearches: 0,
};
const QUANTITIES = Object.keys(NOTHING) as (keyof TallyQuantities)[];

/** `onEnd` hears of each request when what it used is final. */
export function openTally(now: () => number, onEnd: (entry: TallyEntry) => void = () => {}): TallyBook {
  let ring: TallyEntry[] = [];
  let ended = 0;
  let inFlight = 0;
  let totals: Record<string, TallyTotals> = {};

  const listed = () => {
    const oldest = ring.length < REQUESTS_MAX ? 0 : ended % REQUESTS_MAX;
    return [...ring.slice(oldest), ...ring.slice(0, oldest)];
  };

  return {
    get requests() {
      return listed();
    },
    get totals() {
      return totals;
    },
    get inFlight() {
      return inFlight;
    },
    find: (id) => ring.find((entry) => entry.id === id),

    begin(id) {
      inFlight += 1;
      const startedAt = now();
      return {
        id,
        key: null,
        model: null,
        stream: false,
        status: 499,
        startedAt,
        endedAt: startedAt,
        ...NOTHING,
        deltas: 0,
        aborted: false,
        ended: "errored",
      };
    },

    end(entry, how) {
      inFlight -= 1;
      Object.assign(entry, { endedAt: now(), ended: how, aborted: how === "aborted" });
      ring[ended % REQUESTS_MAX] = entry;
      ended += 1;
      onEnd(entry);
      if (entry.key === null) return;
      totals[entry.key] ??= { requests: 0, ...NOTHING };
      const total = totals[entry.key]!;
      total.requests += 1;
      for (const quantity of QUANTITIES) total[quantity] += entry[quantity];
    },

    reset() {
      ring = [];
      ended = 0;
      totals = {};
    },
  };
}

/** Nothing of this request is billed: it failed, or was refused, before any output. */
export const forgive = (entry: TallyEntry): TallyEntry => Object.assign(entry, NOTHING);
