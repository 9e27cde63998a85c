export { Administrators } from "./Administrators.tsx";
export { Health } from "./Health.tsx";
export { Sandbox } from "./Sandbox.tsx";
export { Sellers } from "./Sellers.tsx";
