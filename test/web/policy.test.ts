import { expect, test } from "vitest";
import { checkoutSources, LIVE_CHECKOUT, policyOf } from "../../src/web/policy.ts";

const policy = (url: string) => policyOf({ nonce: "bm9uY2U=", checkout: checkoutSources(url) });

test("live, a page reaches Razorpay and nobody else", () => {
  const live = policy(LIVE_CHECKOUT);
  const hosts = [...live.matchAll(/https?:\/\/([^\s/;]+)/g)].map(([, host]) => host);
  expect(hosts.length).toBeGreaterThan(0);
  expect(hosts.filter((host) => !host!.endsWith(".razorpay.com"))).toEqual([]);
  expect(live).toContain("script-src 'self' https://checkout.razorpay.com https://cdn.razorpay.com;");
});

test("in the sandbox it reaches the simulator alone", () => {
  const sandbox = policy("http://127.0.0.1:4711/v1/checkout.js");
  expect(sandbox).not.toContain("razorpay.com");
  expect(sandbox).toContain("script-src 'self' http://127.0.0.1:4711;");
  expect(sandbox).toContain("frame-src http://127.0.0.1:4711;");
});

test("it may be framed by nobody, or by the origins that are named, and a name cannot say more than that", () => {
  const framed = (...framedBy: string[]) =>
    policyOf({ nonce: "x", checkout: checkoutSources(LIVE_CHECKOUT), framedBy });
  expect(framed()).toMatch(/frame-ancestors 'none'$/);
  const good = ["https://app.example.com", "http://localhost:3000", "http://[::1]:8080"];
  expect(framed(...good)).toMatch(new RegExp(`frame-ancestors ${good.join(" ").replace(/[[\]]/g, "\\$&")}$`));
  for (const bad of ["null", "*", "https://*", "https://a;script-src", "https://a.example b", "app://x", "https://a/b"])
    expect(framed(bad), bad).toMatch(/frame-ancestors 'none'$/);
});

test("nothing inline runs, and styles are let in by the answer's own nonce", () => {
  for (const url of [LIVE_CHECKOUT, "http://127.0.0.1:4711/v1/checkout.js"]) {
    expect(policy(url)).toContain("default-src 'none'");
    expect(policy(url)).toContain("style-src 'self' 'nonce-bm9uY2U='");
    expect(policy(url)).not.toMatch(/unsafe|data:/);
  }
});
