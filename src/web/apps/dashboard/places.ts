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

export const PLACES: readonly Place[] = [
  at(
    "/",
    screen(() => import("./overview/Overview.tsx"), "Overview"),
    { label: "Overview", icon: "overview", group: "Watch" },
  ),
];

export const placeOf = (path: string): Place | undefined =>
  PLACES.find((place) => place.path === path) ??
  PLACES.find((place) => place.menu && place.path !== "/" && path.startsWith(`${place.path}/`));
