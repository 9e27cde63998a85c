import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Trouble } from "../../shared/Trouble.tsx";

/** What was asked for, or that it is on its way, or why it cannot be shown. What is there stays while it is asked for again. */
export function Loaded<T>({
  of,
  height = 160,
  children,
}: {
  readonly of: UseQueryResult<T>;
  readonly height?: number;
  readonly children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Trouble error={of.error} title="This cannot be shown" onRetry={() => void of.refetch()} />;
  return <Skeleton height={height} role="status" aria-label="Loading" />;
}
