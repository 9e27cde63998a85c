import fc from "fast-check";
import { expect, test } from "vitest";
import { type Accent, accentOf } from "../../src/web/apps/shared/accent.ts";

/** A colour that a SaaS chose for its frame is used as far as it can be read. */

const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const hexes = fc.integer({ min: 0, max: 0xffffff }).map((number) => number.toString(16).padStart(6, "0"));
const must = (colour: string): Accent => {
  const accent = accentOf(colour);
  if (!accent) throw new Error(`${colour} is a colour`);
  return accent;
};

test("of any colour, words and bars can be read on the light ground and on the dark one", () => {
  fc.assert(
    fc.property(hexes, (colour) => {
      const { shades, bar, onDark } = must(colour);
      expect(contrast(shades[7], "#ffffff")).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades[7], "#f6f5f2"), "a link on the ground of the page").toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades[9], shades[1]), "words on a tint").toBeGreaterThanOrEqual(4.5);
      expect(contrast(bar.light, "#ffffff")).toBeGreaterThanOrEqual(3);
      expect(contrast(bar.dark, "#1d1d1a")).toBeGreaterThanOrEqual(3);
      expect(contrast(onDark.ink, onDark.tintHover)).toBeGreaterThanOrEqual(4.5);
    }),
    { examples: [["000000"], ["ffffff"], ["ffe600"], ["000080"], ["808080"]] },
  );
});

test("one that can be read already is left as it is", () => {
  expect(must("#C2410C").shades[7]).toBe("#c2410c");
  expect(must("0f766e").shades[7]).toBe("#0f766e");
});

test("what is no colour changes nothing", () => {
  for (const text of ["", "red", "#fff", "c2410", "c2410cc", "url(x)", "c2410g", "#c2410c;x"])
    expect(accentOf(text)).toBeNull();
});
