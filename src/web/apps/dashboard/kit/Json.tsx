import classes from "../dashboard.module.css";

/** What the API keeps, as it keeps it. */
export const Json = ({ of, label }: { readonly of: unknown; readonly label: string }) => (
  <section aria-label={label}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
    <pre className={classes.code} tabIndex={0}>
      {typeof of === "string" ? of : JSON.stringify(of, null, 2)}
    </pre>
  </section>
);
