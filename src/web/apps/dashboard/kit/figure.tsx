import type { ReactNode } from "react";
import { count, micros, paise, percent } from "../../shared/format.ts";
import { Facts } from "./Facts.tsx";
import { IdLink, isId } from "./links.tsx";
import { When } from "./When.tsx";
import { titled } from "./words.ts";

export type Figures = Readonly<Record<string, unknown>>;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const USD = /_usd$/;
const UNIT = /_(micros(_usd)?|paise|ppm)$/;

/** A figure of the API as people read it: its unit stands in its name (`amount_paise`, `spend_micros`), its currency beside it. */
export function figure(name: string, value: unknown, { currency }: Figures = {}): ReactNode {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return amount(name, value, USD.test(name) ? "USD" : String(currency ?? "INR"));
  if (typeof value === "string") {
    if (TIME.test(value)) return <When at={value} exact />;
    return isId(value) ? <IdLink id={value} /> : value;
  }
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ") || "–";
  return <code>{JSON.stringify(value)}</code>;
}

function amount(name: string, value: number, currency: string): string {
  if (/_micros(_usd)?$/.test(name)) return micros(value, currency);
  if (name.endsWith("_paise")) return paise(value, currency);
  return name.endsWith("_ppm") ? percent(value) : count(value);
}

/** `Amount` of `amount_paise`: what is shown carries its unit itself. */
export const figureName = (name: string): string => titled(name.replace(UNIT, "").replace(/_(id|at)$/, ""));

/** What a limit or a quota is counted in names the unit of these. */
const COUNTED = ["amount", "used"];

function figureOf(name: string, value: unknown, of: Figures): ReactNode {
  if (name === "metric") return figureName(String(value));
  if (name === "threshold" && typeof value === "number") return percent(value * 1e6);
  return figure(COUNTED.includes(name) && typeof of.metric === "string" ? of.metric : name, value, of);
}

/** All figures that something came with. */
export const FigureFacts = ({ of }: { readonly of: Figures }) => (
  <Facts
    of={Object.fromEntries(Object.entries(of).map(([name, value]) => [figureName(name), figureOf(name, value, of)]))}
  />
);
