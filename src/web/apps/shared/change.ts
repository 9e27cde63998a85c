import type { ChangePreview, Subscription } from "./openapi.ts";

/** What is answered when another plan is asked for: what it would do, or the subscription that comes of it. */
type Changed = ChangePreview | Subscription;

export function previewOf(answer: Changed): ChangePreview {
  if (!("preview" in answer)) throw new Error("a preview was asked for, and the plan was changed");
  return answer;
}

export function madeOf(answer: Changed): Subscription {
  if ("preview" in answer) throw new Error("a change was asked for, and only previewed");
  return answer;
}
