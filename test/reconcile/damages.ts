import { BOOKS } from "./damages/books.ts";
import { COLLECTOR } from "./damages/collector.ts";
import type { Damage } from "./damages/damage.ts";
import { PROVIDER } from "./damages/provider.ts";

/** What is planted, one at a time, in our books, the provider's reports and the collector's. */
export const DAMAGES: readonly Damage[] = [...BOOKS, ...PROVIDER, ...COLLECTOR];
