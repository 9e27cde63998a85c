import { HOUR, MINUTE, SECOND } from "../kernel/clock.ts";
import { type DeliveryParts, deliverEvents } from "../outgoing/deliver.ts";
import { type MailAttachment, type Mailer, sendMails } from "../outgoing/mails.ts";
import type { Job } from "./jobs.ts";

export interface TimedParts {
  readonly outgoing: DeliveryParts;
  readonly mailer: Mailer | null;
  readonly billing: readonly Job[];
  /** Moves the newest usage into the rollups, and what is older than these. */
  readonly fold: () => Promise<unknown>;
  /** After billing, whose work they look at, and before what carries them out. */
  readonly alerts: readonly Job[];
  readonly reconcile: readonly Job[];
  /** The document that goes with a mail. */
  readonly attachmentOf: (id: string) => Promise<MailAttachment | null>;
  /** Deletes what was kept for long enough. */
  readonly forgetOld: () => Promise<unknown>;
}

/** All timed work, in the order in which it is done. Intervals are business time: the sandbox's clock moves them. */
export const timedWork = ({
  outgoing,
  mailer,
  billing,
  fold,
  alerts,
  reconcile,
  attachmentOf,
  forgetOld,
}: TimedParts): readonly Job[] => [
  ...billing,
  { name: "usage.fold", everyMs: 5 * SECOND, run: fold },
  ...alerts,
  ...reconcile,
  { name: "outgoing.deliver", everyMs: 5 * SECOND, run: () => deliverEvents(outgoing) },
  {
    name: "outgoing.mails",
    everyMs: MINUTE,
    run: () => sendMails({ db: outgoing.db, clock: outgoing.clock, mailer, attachmentOf }),
  },
  { name: "privacy.retention", everyMs: HOUR, run: forgetOld },
];
