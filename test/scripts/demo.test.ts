import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

test("the demo tells its first months and ends with the books balanced", { timeout: 180_000 }, async () => {
  const demo = spawn(process.execPath, ["scripts/demo.ts", "--months", "3"], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  demo.stdout.on("data", (chunk) => (text += String(chunk)));
  demo.stderr.on("data", (chunk) => (text += String(chunk)));
  const [code] = await once(demo, "close");
  expect(text).toMatch(/signs up on Razorpay's page, by card: the subscription is active/);
  expect(text).toMatch(/402 quota_exhausted/);
  expect(text).toMatch(/beyond the plan: TG\/27-28\/\d{5} of ₹[\d,.]+, debited by UPI on \d\d Jun/);
  expect(text).toMatch(/go back with a credit note/);
  expect(text).not.toContain("✗");
  expect(text).toContain("The books balance.");
  expect(code).toBe(0);
});
