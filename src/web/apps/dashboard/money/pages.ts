export { Collections } from "./Collections.tsx";
export { Invoice } from "./Invoice.tsx";
export { Invoices } from "./Invoices.tsx";
export { Payments } from "./Payments.tsx";
export { Promotions } from "./Promotions.tsx";
