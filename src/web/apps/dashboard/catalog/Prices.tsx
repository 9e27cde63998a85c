import { useParams } from "wouter";
import { Missing } from "../kit/Missing.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Tabs } from "../kit/Tabs.tsx";
import { PriceList } from "./PriceList.tsx";
import { RateList } from "./RateList.tsx";

const PARTS = [
  ["", "Price book"],
  ["rates", "Exchange rates"],
] as const;

/** What the provider charges us, and what a dollar is worth: what is past is never changed. */
export function Prices() {
  const { part = "" } = useParams<{ part?: string }>();
  if (!PARTS.some(([path]) => path === part)) return <Missing />;
  return (
    <>
      <PageHead
        title="Prices"
        about="What the provider charges, and what a dollar is worth. Each holds from an instant on; what was priced before stays as it was."
      />
      <Tabs label="Parts of prices" base="/prices" parts={PARTS} current={part} />
      {part === "" ? <PriceList /> : <RateList />}
    </>
  );
}
