import { type Micros, micros } from "../../kernel/money.ts";
import type { WalletSettingsRow } from "./store.ts";

/** A customer's prepaid credit as it stands. */
export interface Wallet {
  /** What is bought and not used, of what has not expired. */
  readonly left_micros: Micros;
  /** The largest amount that was ever bought at once. */
  readonly largest_micros: Micros;
}

const LOW_SHARE = 5;

/** With less than this left the customer hears of it: what it chose, else a fifth of its largest top-up. 0 is never. */
export const lowAt = (
  settings: Pick<WalletSettingsRow, "low_micros"> | undefined,
  { largest_micros }: Wallet,
): Micros => settings?.low_micros ?? micros(Math.floor(largest_micros / LOW_SHARE));

export type WalletChange = "low" | "high" | null;

/** Whether a wallet has just gone below its threshold, or come back. */
export function walletChange(settings: WalletSettingsRow | undefined, wallet: Wallet): WalletChange {
  const isLow = wallet.left_micros < lowAt(settings, wallet);
  const was = (settings?.low_since ?? null) !== null;
  return isLow === was ? null : isLow ? "low" : "high";
}

export type Proposal = "propose" | "withdraw" | null;

/** Whether a top-up is to be proposed by link, once in a dip; a proposal that is no longer wanted is withdrawn. */
export function proposalDue(
  settings: WalletSettingsRow | undefined,
  { left_micros }: Wallet,
  { live }: { readonly live: boolean },
): Proposal {
  const below = settings?.auto_below_micros ?? null;
  const wanted = below !== null && left_micros < below;
  if (!wanted) return live ? "withdraw" : null;
  return live || settings?.auto_proposed_at !== null ? null : "propose";
}
