import { count, instant, micros } from "./format.js";

/** What an answer used and what that cost, as `GET /api/usage/events/{id}` tells it: a block for each call, then the sum. */
export function receiptCard({ request_id, data, totals }) {
  const table = document.createElement("table");
  for (const [index, call] of data.entries()) {
    const body = table.createTBody();
    if (data.length > 1) addTitle(body, `Call ${index + 1}`);
    addRow(body, "Model", call.model);
    for (const [name, label] of USED) {
      if (call[name] > 0 || ALWAYS.includes(name)) addRow(body, label, count(call[name]));
    }
  }
  const sum = table.createTBody();
  sum.className = "sum";
  if (totals.cost_micros_usd !== undefined) addRow(sum, "Cost", micros(totals.cost_micros_usd, "USD"));
  if (totals.spend_micros !== undefined) addRow(sum, "Charged", micros(totals.spend_micros, totals.currency));

  const last = data.at(-1);
  const facts = table.createTBody();
  facts.className = "facts";
  addRow(facts, "Ended", ENDED[last.ended] ?? last.ended);
  addRow(facts, "Counted", COUNTED[last.source] ?? last.source);
  if (last.first_byte_ms !== null) addRow(facts, "First byte", `${count(last.first_byte_ms)} ms`);
  addRow(facts, "Whole answer", `${count(last.total_ms)} ms`);
  addRow(facts, "Admitted", instant(data[0].admitted_at));
  for (const [tag, value] of Object.entries(last.tags ?? {})) addRow(facts, tag, value);
  addRow(facts, "Request", request_id);
  return table;
}

const USED = [
  ["input_tokens", "Input tokens"],
  ["cache_read_tokens", "Cache read tokens"],
  ["cache_write_5m_tokens", "Cache write tokens, 5 minutes"],
  ["cache_write_1h_tokens", "Cache write tokens, 1 hour"],
  ["output_tokens", "Output tokens"],
  ["web_searches", "Web searches"],
];
const ALWAYS = ["input_tokens", "output_tokens"];

const ENDED = {
  complete: "complete",
  client_gone: "stopped by the reader",
  upstream_error: "error at the provider",
  interrupted: "connection lost",
  node_lost: "gateway restarted",
};
const COUNTED = {
  reported: "by the provider",
  partial: "from what arrived",
  recovered: "from a checkpoint",
};

function addTitle(body, text) {
  const cell = document.createElement("th");
  cell.scope = "rowgroup";
  cell.colSpan = 2;
  cell.textContent = text;
  body.insertRow().append(cell);
}

function addRow(body, label, value) {
  const row = body.insertRow();
  const cell = document.createElement("th");
  cell.scope = "row";
  cell.textContent = label;
  row.append(cell);
  row.insertCell().textContent = value;
}
