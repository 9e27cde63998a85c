import type { Actor } from "../../src/db/audit.ts";

/** What every Tollgate of the tests is set up with, in whichever process. */
export const ADMIN_TOKEN = "test-admin-token-0123456789";
export const RAZORPAY = { key_id: "rzp_test_world", key_secret: "the world's secret" };
export const WEBHOOK_SECRET = "the world's webhook secret";
export const ROOT_SECRET = "test root secret, thirty-two characters and more";
/** Whoever changes something in a test without asking over HTTP. */
export const TEST_ACTOR: Actor = { name: "test", address: null, agent: "test" };
