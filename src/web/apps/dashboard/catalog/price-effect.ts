/** What something cost and brought in the last month, and what it would have otherwise. */
export interface PriceEffect {
  readonly name: string;
  readonly currency: string;
  readonly spend: number;
  readonly cost: number;
  readonly newSpend: number;
  readonly newCost: number;
}
