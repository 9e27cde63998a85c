import { expect, vi } from "vitest";
import { ADMIN_TOKEN, type World } from "../support/world.ts";

/** One answer as a client of ours has it, read to its end. */
export interface Answer<T = Fields> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the answer; an empty object where it has none. */
  readonly body: T;
}

export type Fields = Record<string, unknown>;

export interface Asked {
  readonly method?: string;
  /** In `x-api-key`. */
  readonly key?: string;
  /** In `Authorization: Bearer`. */
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. A request with a body is a POST where nothing else is said. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly bytes?: string | Uint8Array<ArrayBuffer>;
}

/** Asks over real HTTP, as a program would. */
export async function ask<T = Fields>(
  world: { readonly url: string },
  path: string,
  asked: Asked = {},
): Promise<Answer<T>> {
  const { key, bearer, json, bytes } = asked;
  const body = json === undefined ? bytes : JSON.stringify(json);
  const response = await fetch(world.url + path, {
    method: asked.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(key !== undefined && { "x-api-key": key }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...asked.headers,
    },
    body,
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson && text ? JSON.parse(text) : {}) as T,
  };
}

/** The same as the administrator, below `/api/admin/`. */
export const asAdmin = <T = Fields>(world: World, method: string, path: string, json?: unknown): Promise<Answer<T>> =>
  ask<T>(world, `/api/admin/${path}`, { method, bearer: ADMIN_TOKEN, json });

export const MESSAGE = { model: "claude-sonnet-5-5", max_tokens: 50, messages: [{ role: "user", content: "Hello" }] };

/** `POST /v1/messages`, not streamed. */
export const say = (world: World, asked: Asked, body: Fields = {}): Promise<Answer> =>
  ask(world, "/v1/messages", {
    ...asked,
    headers: { "anthropic-version": "2023-06-01", ...asked.headers },
    json: { ...MESSAGE, ...body },
  });

/** What `GET /api/me` says of a credential: the cheapest way to learn whether it is good. */
export const me = (world: World, asked: Asked): Promise<Answer> => ask(world, "/api/me", asked);

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly type?: string;
  /** What the message must say: for a bad field, its name. */
  readonly says?: string | RegExp;
}

const TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
};

/** That an answer refuses in Claude's error shape, by this name, and gives away nothing of what is inside. */
export function expectRefusal(answer: Answer<unknown>, { status, code, type = TYPES[status], says }: Refusal): void {
  expect(answer.text).not.toMatch(
    /\bat .*\.[jt]s:\d|node_modules|\bselect\b.*\bfrom\b|insert into|SQLITE_|Failed query/i,
  );
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { type: "error", error: { type, code, message: expect.any(String) } },
  });
  const { error, request_id } = answer.body as { error: { message: string }; request_id: string };
  if (says !== undefined) expect(error.message).toMatch(says);
  expect(error.message.length).toBeGreaterThan(10);
  expect(request_id).toMatch(/^tgr_/);
  expect(answer.headers.get("request-id")).toBe(request_id);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.headers.has("x-powered-by")).toBe(false);
}

/** Waits for what another part of the system must notice within seconds; fails where it never does. */
export const soon = <T>(check: () => Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 15_000, interval: 150 });
