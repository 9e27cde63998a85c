import { count, instant, micros, money } from "./format.js";

/** Any JSON answer as a table: a row for each fact, a heading for each group. */
export function tableOf(facts) {
  const table = document.createElement("table");
  addRows(table.createTBody(), facts, facts.currency);
  return table;
}

function addRows(body, facts, currency) {
  const entries = Object.entries(facts).filter(([, value]) => value !== null && value !== "");
  for (const [name, value] of entries.filter(([, value]) => typeof value !== "object")) {
    const row = body.insertRow();
    row.append(headingCell(words(name)));
    row.insertCell().textContent = formatted(name, value, currency);
  }
  for (const [name, value] of entries.filter(([, value]) => typeof value === "object")) {
    const groups = Array.isArray(value) ? value : [value];
    for (const [index, group] of groups.entries()) {
      const title = groups.length > 1 ? `${words(name)} ${index + 1}` : words(name);
      addGroup(body, title, group, group?.currency ?? currency);
    }
  }
}

function addGroup(body, title, group, currency) {
  const cell = headingCell(title);
  cell.scope = "rowgroup";
  cell.colSpan = 2;
  body.insertRow().append(cell);
  addRows(body, typeof group === "object" && group !== null ? group : { value: group }, currency);
}

function headingCell(text) {
  const cell = document.createElement("th");
  cell.scope = "row";
  cell.textContent = text;
  return cell;
}

/** `cache_read_tokens` → “cache read tokens”; the unit goes, because the value shows it. */
function words(name) {
  return name.replace(/_micros(_usd)?$|_usd$|_ms$|_at$/, "").replaceAll("_", " ");
}

function formatted(name, value, currency) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (/_at$/.test(name)) return instant(value);
  if (typeof value !== "number") return String(value);
  if (/_micros_usd$/.test(name)) return micros(value, "USD");
  if (/_micros$/.test(name)) return micros(value, currency);
  if (/_usd$/.test(name)) return money(value);
  if (/_ms$/.test(name)) return `${count(value)} ms`;
  return count(value);
}
