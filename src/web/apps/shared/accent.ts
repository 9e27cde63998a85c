import type { MantineColorsTuple } from "@mantine/core";

/** The colour of buttons, links and bars, as it can be read on both grounds. */
export interface Accent {
  /** From a tint to a shade; white can be read on the eighth. */
  readonly shades: MantineColorsTuple;
  /** Bars of a chart. */
  readonly bar: { readonly light: string; readonly dark: string };
  /** On a dark ground: words, and the tints that they stand on. */
  readonly onDark: { readonly ink: string; readonly tint: string; readonly tintHover: string };
}

type Rgb = readonly [red: number, green: number, blue: number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const DARK_SURFACE: Rgb = [29, 29, 26];
/** Above what WCAG asks of words (4.5) and of drawings (3), because the grounds of the pages are not quite white. */
const WORDS = 5;
const DRAWINGS = 3.2;

/** An accent of a colour that somebody else chose (`#c2410c`, with or without the `#`); null where it is none. Its hue stays, its lightness may not. */
export function accentOf(text: string): Accent | null {
  const hex = /^#?([0-9a-f]{6})$/i.exec(text)?.[1];
  if (!hex) return null;
  const given: Rgb = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
  const filled = until(given, BLACK, (colour) => contrast(colour, WHITE) >= WORDS);
  const tint = mix(DARK_SURFACE, filled, 0.35);
  const tintHover = mix(DARK_SURFACE, filled, 0.5);
  return {
    shades: [
      ...[0.06, 0.13, 0.27, 0.45, 0.62, 0.8, 0.92].map((share) => css(mix(WHITE, filled, share))),
      ...[0, 0.18, 0.38].map((share) => css(mix(filled, BLACK, share))),
    ] as unknown as MantineColorsTuple,
    bar: { light: css(filled), dark: css(until(given, WHITE, (colour) => contrast(colour, DARK_SURFACE) >= DRAWINGS)) },
    onDark: {
      ink: css(until(given, WHITE, (colour) => contrast(colour, tintHover) >= WORDS)),
      ...{ tint: css(tint), tintHover: css(tintHover) },
    },
  };
}

const STEPS = 50;

/** A colour, moved towards another one only as far as it takes. */
function until(from: Rgb, to: Rgb, isEnough: (colour: Rgb) => boolean): Rgb {
  for (let step = 0; step < STEPS; step++) {
    const colour = mix(from, to, step / STEPS);
    if (isEnough(colour)) return colour;
  }
  return to;
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((part, index) => Math.round(part + ((to[index] ?? part) - part) * share)) as unknown as Rgb;

const css = (colour: Rgb): string => `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** How far two colours are apart for the eye, from 1 to 21, as WCAG counts it. */
function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const WEIGHTS = [0.2126, 0.7152, 0.0722];

const luminance = (colour: Rgb): number =>
  colour.reduce((sum, part, index) => sum + linear(part / 255) * (WEIGHTS[index] ?? 0), 0);

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
