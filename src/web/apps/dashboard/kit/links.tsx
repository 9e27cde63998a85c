import type { ReactNode } from "react";
import { Link } from "wouter";
import classes from "../dashboard.module.css";
import { TenantName } from "./TenantName.tsx";

/** A way to another page, within a line of text or a table. */
export const To = ({ href, children }: { readonly href: string; readonly children: ReactNode }) => (
  <Link href={href} className={classes.link}>
    {children}
  </Link>
);

/** A tenant by its name; what concerns no one tenant is everybody's. */
export const TenantLink = ({ id, none = "–" }: { readonly id: string | null; readonly none?: string }) =>
  id === null ? none : <TenantName id={id} />;

/** Ids of things that have a page, by what they begin with. */
const PAGES: Readonly<Record<string, string>> = {
  ...{ ten: "/tenants", tgi: "/invoices", tgr: "/requests", alt: "/alerts", whk: "/webhooks", ept: "/endpoints" },
  ...{ rec: "/reconciliations", pln: "/plans" },
};

/** An id, as a way to its page where it has one. */
export function IdLink({ id }: { readonly id: string }) {
  const page = PAGES[id.slice(0, id.indexOf("_"))];
  return page ? (
    <span className={classes.anywhere}>
      <To href={`${page}/${id}`}>{id}</To>
    </span>
  ) : (
    <code>{id}</code>
  );
}

export const isId = (text: string): boolean => /^[a-z]{3,5}_[A-Za-z0-9]{10,}$/.test(text);
