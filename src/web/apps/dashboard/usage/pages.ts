export { Live } from "./Live.tsx";
export { Request } from "./Request.tsx";
export { Usage } from "./Usage.tsx";
