export { Tenant } from "./Tenant.tsx";
export { Tenants } from "./Tenants.tsx";
