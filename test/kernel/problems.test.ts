import { describe, expect, test } from "vitest";
import { PROBLEM_CODES, Problem, problemBody } from "../../src/kernel/problems.ts";

/** Claude's own error types by status, which its SDKs map to their error classes. */
const TYPES: Record<number, readonly string[]> = {
  400: ["invalid_request_error"],
  401: ["authentication_error"],
  402: ["billing_error"],
  403: ["permission_error"],
  404: ["not_found_error"],
  409: ["conflict_error"],
  410: ["not_found_error"],
  413: ["request_too_large"],
  422: ["invalid_request_error"],
  429: ["rate_limit_error"],
  499: ["api_error"],
  500: ["api_error"],
  502: ["api_error"],
  503: ["api_error"],
  504: ["timeout_error"],
  529: ["overloaded_error"],
};

describe("every refusal of the catalogue", () => {
  test.each(PROBLEM_CODES)("%s has a status, Claude's type for it and a sentence for the caller", (code) => {
    const problem = new Problem(code);
    expect(TYPES[problem.status]).toContain(problem.type);
    expect(problem.message).toMatch(/^[A-Z].*\.$/);
    expect(problem.code).toBe(code);
  });
});

test("a refusal answers in Claude's own shape, with our code and facts in it", () => {
  const problem = new Problem("quota_exhausted", { details: { left_micros: 5 } });
  expect(problemBody(problem, "tgr_1")).toEqual({
    type: "error",
    error: {
      type: "billing_error",
      message: "What is left of your quota does not cover this request.",
      code: "quota_exhausted",
      details: { left_micros: 5 },
    },
    request_id: "tgr_1",
  });
});

test("without facts there are no details, and causes never reach the caller", () => {
  const problem = new Problem("internal", { message: "Sorry.", cause: new Error("password=hunter2") });
  const body = problemBody(problem, "tgr_1");
  expect(body.error).toEqual({ type: "api_error", message: "Sorry.", code: "internal" });
  expect(JSON.stringify(body)).not.toContain("hunter2");
  expect((problem.cause as Error).message).toBe("password=hunter2");
});

test("headers that go with a refusal are kept, and there are none by default", () => {
  expect(new Problem("rate_limited", { headers: { "retry-after": "7" } }).headers).toEqual({ "retry-after": "7" });
  expect(new Problem("rate_limited").headers).toEqual({});
});
