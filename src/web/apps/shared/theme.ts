import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from "@mantine/core";
import type { Accent } from "./accent.ts";

/** The green of the mark, from a tint to a shade. */
const gate: MantineColorsTuple = [
  ...(["#effaf8", "#dcf2ee", "#b5e3dc", "#86d1c6", "#5bbdb0"] as const),
  ...(["#31a799", "#168c80", "#0f766e", "#0d5f59", "#0a4944"] as const),
];

const OWN: Accent = {
  shades: gate,
  bar: { light: "#0f766e", dark: "#31a799" },
  onDark: { ink: "#9be0d5", tint: "#143c37", tintHover: "#1a4a44" },
};

export const themeOf = ({ shades }: Accent = OWN): MantineThemeOverride =>
  createTheme({
    primaryColor: "gate",
    primaryShade: 7,
    colors: { gate: shades },
    defaultRadius: "md",
    fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    headings: { fontWeight: "650" },
    cursorType: "pointer",
    respectReducedMotion: true,
  });

/** Greys as warm as the ground, and reds that can be read on it. */
export const variablesOf =
  ({ shades, bar, onDark }: Accent = OWN): CSSVariablesResolver =>
  () => ({
    variables: {},
    light: {
      "--spent": bar.light,
      "--mantine-color-dimmed": "#66635c",
      "--mantine-color-error": "#b3261e",
      "--mantine-color-red-filled": "#c92a2a",
      "--mantine-color-red-filled-hover": "#b02525",
      "--mantine-color-placeholder": "#77736b",
      "--mantine-color-default-border": "#d8d4cb",
      "--mantine-color-gate-light-color": shades[9],
      "--mantine-color-orange-light-color": "#8a3a06",
      "--mantine-color-yellow-light-color": "#6b4700",
      "--mantine-color-red-light-color": "#9c1c1c",
      "--mantine-color-blue-light-color": "#114a86",
      "--mantine-color-gray-light-color": "#45423c",
    },
    dark: {
      "--spent": bar.dark,
      "--mantine-color-body": "#1d1d1a",
      "--mantine-color-anchor": onDark.ink,
      "--mantine-color-dimmed": "#a3a097",
      "--mantine-color-error": "#ff9f9a",
      "--mantine-color-placeholder": "#8f8b82",
      "--mantine-color-default": "#262622",
      "--mantine-color-default-hover": "#2e2e29",
      "--mantine-color-default-border": "#44423b",
      "--mantine-color-red-filled": "#c92a2a",
      "--mantine-color-red-filled-hover": "#b02525",
      "--mantine-color-red-light": "#3d1c1a",
      "--mantine-color-red-light-color": "#ffb3ad",
      "--mantine-color-orange-light": "#3d2712",
      "--mantine-color-orange-light-color": "#ffc38a",
      "--mantine-color-yellow-light": "#39300f",
      "--mantine-color-yellow-light-color": "#f2d675",
      "--mantine-color-blue-light": "#172f45",
      "--mantine-color-blue-light-color": "#a9d3f7",
      "--mantine-color-gate-light": onDark.tint,
      "--mantine-color-gate-light-hover": onDark.tintHover,
      "--mantine-color-gate-light-color": onDark.ink,
      "--mantine-color-gate-text": onDark.ink,
      "--mantine-color-gate-outline": onDark.ink,
    },
  });
