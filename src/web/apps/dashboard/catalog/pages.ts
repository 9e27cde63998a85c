export { Plan } from "./Plan.tsx";
export { Plans } from "./Plans.tsx";
export { Prices } from "./Prices.tsx";
