import { useEffect, useRef } from "react";
import { type Fact, factsOf, type Receipt, sumOf, usedOf } from "../shared/receipt.ts";

/** What an answer used and what that cost: a block for each call, then the sum, then how it went. */
export function ReceiptCard({ receipt }: { readonly receipt: Receipt }) {
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => table.current?.parentElement?.scrollIntoView({ block: "nearest" }), []);
  const calls = receipt.data.filter(({ kind }) => kind === "call");
  return (
    <table ref={table}>
      {calls.map((call, index) => (
        <tbody key={call.id}>
          {calls.length > 1 && (
            <tr>
              <th scope="rowgroup" colSpan={2}>
                Call {index + 1}
              </th>
            </tr>
          )}
          <Facts facts={usedOf(call)} />
        </tbody>
      ))}
      <tbody className="sum">
        <Facts facts={sumOf(receipt)} />
      </tbody>
      <tbody className="facts">
        <Facts facts={factsOf(receipt)} />
      </tbody>
    </table>
  );
}

const Facts = ({ facts }: { readonly facts: readonly Fact[] }) =>
  facts.map(([label, value]) => (
    <tr key={label}>
      <th scope="row">{label}</th>
      <td>{value}</td>
    </tr>
  ));
