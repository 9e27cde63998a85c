/** The first that fits: others call themselves by the names that follow, too. */
const BROWSERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["Edge", /\bEdg\w*\/(\d+)/],
  ["Opera", /\bOPR\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+).* Safari\//],
];
const SYSTEMS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux|CrOS/],
];

/** What people call the browser that says this of itself: “Chrome 147, Linux”. What is not known is shown as it came. */
export function browserName(agent: string): string {
  for (const [name, sign] of BROWSERS) {
    const version = sign.exec(agent)?.[1];
    if (version === undefined) continue;
    const system = SYSTEMS.find(([, sign]) => sign.test(agent))?.[0];
    return [`${name} ${version}`, system].filter(Boolean).join(", ");
  }
  return agent;
}
