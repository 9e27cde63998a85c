// `node scripts/bootstrap.mjs <script.ts> [args…]`: every npm script starts here, so that a fresh clone needs
// nothing but some Node >= 20 and npm. It installs what is missing, then runs the script on Node 24.
import { start } from "./bootstrap/start.mjs";

const [script, ...args] = process.argv.slice(2);
start(script, args);
