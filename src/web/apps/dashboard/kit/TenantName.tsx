import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import classes from "../dashboard.module.css";
import { adminApi } from "../session.tsx";

const KEPT_MS = 10 * 60_000;

/** A tenant by the name that people know, with the way to it. Asked for once, however often it is shown; its id stands in for it. */
export function TenantName({ id }: { readonly id: string }) {
  const tenant = useQuery({
    queryKey: ["tenants", id],
    queryFn: () => adminApi.get(`tenants/${id}`),
    staleTime: KEPT_MS,
  });
  return (
    <Link href={`/tenants/${id}`} className={classes.link}>
      {tenant.data?.name ?? id}
    </Link>
  );
}
