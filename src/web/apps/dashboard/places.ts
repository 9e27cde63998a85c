import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { IconName } from "./icons.tsx";

/** Every page of the dashboard: its address, and the code that is fetched when it is first opened. */

type Screen = LazyExoticComponent<ComponentType>;
type Module = Readonly<Record<string, ComponentType>>;
const screen = (load: () => Promise<Module>, name: string): Screen =>
  lazy(async () => ({ default: (await load())[name]! }));

export interface Place {
  readonly path: string;
  readonly screen: Screen;
  /** How it stands in the menu; a page without is reached from another. */
  readonly menu?: { readonly label: string; readonly icon: IconName; readonly group: string };
  readonly sandboxOnly?: boolean;
}

const at = (path: string, screen: Screen, menu?: Place["menu"]): Place => ({ path, screen, ...(menu && { menu }) });

const overview = screen(() => import("./overview/Overview.tsx"), "Overview");
const tenants = () => import("./tenants/pages.ts");
const usage = () => import("./usage/pages.ts");

export const PLACES: readonly Place[] = [
  at("/", overview, { label: "Overview", icon: "overview", group: "Watch" }),
  at("/live", screen(usage, "Live"), { label: "Live", icon: "live", group: "Watch" }),
  at("/usage", screen(usage, "Usage"), { label: "Usage", icon: "usage", group: "Watch" }),
  at("/tenants", screen(tenants, "Tenants"), { label: "Tenants", icon: "tenants", group: "Customers" }),
  at("/tenants/:id/:part?", screen(tenants, "Tenant")),
  at("/requests/:id", screen(usage, "Request")),
];

export const placeOf = (path: string): Place | undefined =>
  PLACES.find((place) => place.path === path) ??
  PLACES.find((place) => place.menu && place.path !== "/" && path.startsWith(`${place.path}/`));
