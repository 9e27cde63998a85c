import { useParams } from "wouter";
import { Missing } from "../kit/Missing.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Tabs } from "../kit/Tabs.tsx";
import { DisputeList } from "./DisputeList.tsx";
import { PaymentList } from "./PaymentList.tsx";
import { RefundList } from "./RefundList.tsx";

const PARTS = [
  ["", "Payments"],
  ["refunds", "Refunds"],
  ["disputes", "Disputes"],
] as const;

/** Money that came by Razorpay, and that went back. */
export function Payments() {
  const { part = "" } = useParams<{ part?: string }>();
  if (!PARTS.some(([path]) => path === part)) return <Missing />;
  return (
    <>
      <PageHead title="Payments" about="What came in by Razorpay, what was given back, and what a bank took back." />
      <Tabs label="Kinds of payments" base="/payments" parts={PARTS} current={part} />
      {part === "" && <PaymentList />}
      {part === "refunds" && <RefundList />}
      {part === "disputes" && <DisputeList />}
    </>
  );
}
