import { useRef } from "react";
import { Link } from "wouter";
import { useInSight } from "../../shared/in-sight.ts";
import classes from "../dashboard.module.css";

/** The parts of a page that has several: each has an address of its own. */
export function Tabs({
  label,
  base,
  parts,
  current,
}: {
  readonly label: string;
  readonly base: string;
  readonly parts: readonly (readonly [path: string, label: string])[];
  readonly current: string;
}) {
  const list = useRef<HTMLElement>(null);
  useInSight(list, "[aria-current]", current);
  return (
    <nav className={classes.tabs} aria-label={label} ref={list}>
      {parts.map(([path, name]) => (
        <Link
          key={path}
          href={path ? `${base}/${path}` : base}
          className={classes.tab}
          aria-current={path === current ? "page" : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
