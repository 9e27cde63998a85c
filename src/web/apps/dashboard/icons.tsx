/** Drawings for the places of the dashboard. They are for the eye alone: each stands beside its name. */
const STROKES = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
  live: "M3 12h4l3-7 4 14 3-7h4",
  usage: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  tenants: "M4 20V8l8-4 8 4v12M9 20v-5h6v5M9 10h.01M15 10h.01",
  subscriptions: "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
  invoices: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h5",
  collections: "M3 7h18v11H3zM3 11h18M7 15h3",
  webhooks: "M4 13l3-9h10l3 9v6H4zM4 13h5l1 3h4l1-3h5",
  reconcile: "M12 4v16M6 20h12M5 8h14M5 8l-3 6h6zM19 8l-3 6h6z",
  alerts: "M6 16V10a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
  audit: "M12 8v4l3 2M12 3a9 9 0 1 0 9 9M21 4v5h-5",
  plans: "M4 6h10l6 6-8 8-8-8zM9 10h.01",
  prices: "M7 5h10M7 9h10M16 5c0 5-4 6-9 6l7 8",
  payments: "M3 6h18v12H3zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6.5 12h.01M17.5 12h.01",
  promotions:
    "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7C10 3 6 3 6.5 5.5 7 7 12 7 12 7zM12 7c2-4 6-4 5.5-1.5C17 7 12 7 12 7z",
  endpoints: "M21 4L3 11l7 3 3 7zM10 14l4-4",
  health: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  administrators:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 3-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M17.5 14.5c2 .8 3.5 2.5 3.5 5.5",
  sellers: "M5 10v10h14V10M3 10l2-6h14l2 6zM10 20v-5h4v5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  sandbox: "M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M8 15h8",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
} as const;

export type IconName = keyof typeof STROKES;

export const Icon = ({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.7"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={STROKES[name]} />
  </svg>
);
