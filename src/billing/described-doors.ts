import { adminChapter, type Chapter, type Operation, type Operations, tenantChapter } from "../http/operation.ts";

/** Operations by their method and what comes after the door: `GET /mandate`. */
export type BehindDoors = Readonly<Record<`${string} /${string}`, Operation>>;

const moved = (operations: BehindDoors, prefix: string, scoped: boolean): Operations =>
  Object.fromEntries(
    Object.entries(operations).map(([route, operation]) => {
      const [method = "", path = ""] = route.split(" ");
      const scope = method === "GET" ? "billing:read" : "billing:write";
      return [`${method} ${prefix}${path === "/" ? "" : path}`, { ...operation, ...(scoped && { scope }) }];
    }),
  );

/** What an administrator does for a tenant, or for a user of one. */
export const adminDoorsDescribed = (tag: string, operations: BehindDoors, besides: Operations = {}): Chapter =>
  adminChapter(tag, {
    ...{ ...besides, ...moved(operations, "/tenants/:id", false), ...moved(operations, "/users/:id", false) },
  });

/** What whoever pays does for itself. */
export const customerDoorDescribed = (operations: BehindDoors): Chapter =>
  tenantChapter("Billing", moved(operations, "/billing", true));
