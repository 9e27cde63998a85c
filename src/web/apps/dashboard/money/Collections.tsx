import { useParams } from "wouter";
import { Missing } from "../kit/Missing.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Tabs } from "../kit/Tabs.tsx";
import { AgeingPart } from "./AgeingPart.tsx";
import { Board } from "./Board.tsx";
import { CollectionList } from "./CollectionList.tsx";

const PARTS = [
  ["", "Board"],
  ["ageing", "Who owes what"],
  ["attempts", "All attempts"],
] as const;

/** How what is owed comes in. */
export function Collections() {
  const { part = "" } = useParams<{ part?: string }>();
  if (!PARTS.some(([path]) => path === part)) return <Missing />;
  return (
    <>
      <PageHead
        title="Collections"
        about="An invoice that is open is debited where there is a mandate; else, or when that fails three times, a link is sent."
      />
      <Tabs label="Parts of collections" base="/collections" parts={PARTS} current={part} />
      {part === "" && <Board />}
      {part === "ageing" && <AgeingPart />}
      {part === "attempts" && <CollectionList />}
    </>
  );
}
