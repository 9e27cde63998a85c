import { DAY } from "../../../src/kernel/clock.ts";
import { SANDBOX_KEY } from "../../support/world.ts";
import { type Damage, OTHER_MODEL } from "./damage.ts";

export const PROVIDER: readonly Damage[] = [
  {
    what: "a day is missing in the provider's report",
    found: "provider_day_missing",
    async plant({ shop: { sandbox }, usedOn }) {
      sandbox.reports.knobs.missingDays.add(usedOn);
      return async () => void sandbox.reports.knobs.missingDays.delete(usedOn);
    },
  },
  {
    what: "the provider's report does not know a model's use of a day yet",
    found: "provider_usage_missing",
    async plant({ shop: { sandbox }, usedOn }) {
      const begin = Date.parse(usedOn);
      sandbox.reports.knobs.late = ({ model, minute }) =>
        model === OTHER_MODEL && minute >= begin && minute < begin + DAY;
      return async () => {
        sandbox.reports.knobs.late = null;
      };
    },
  },
  {
    what: "the provider charges another price than the book's",
    found: "provider_cost_differs",
    async plant({ shop: { sandbox } }) {
      sandbox.reports.knobs.pricePpm.set("claude-sonnet-5-5", 1_250_000);
      return async () => void sandbox.reports.knobs.pricePpm.delete("claude-sonnet-5-5");
    },
  },
  {
    what: "somebody used the operator's key without Tollgate",
    found: "provider_usage_unmetered",
    async plant({ shop: { sandbox }, usedOn }) {
      const used = {
        key: SANDBOX_KEY,
        model: "claude-opus-4-8",
        at: Date.parse(usedOn) + DAY / 2,
        outputTokens: 5_000,
      };
      sandbox.reports.addUsage(used);
      return async () => sandbox.reports.addUsage({ ...used, outputTokens: -5_000 });
    },
  },
  {
    what: "the provider counted more tokens of a model than we did",
    found: "provider_tokens_differ",
    async plant({ shop: { sandbox }, usedOn }) {
      const at = Date.parse(usedOn) + DAY / 2;
      const used = { key: SANDBOX_KEY, model: "claude-sonnet-5-5", geo: "global", at, cacheRead: 90_000 };
      sandbox.reports.addUsage(used);
      return async () => sandbox.reports.addUsage({ ...used, cacheRead: -90_000 });
    },
  },
];
