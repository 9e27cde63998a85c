#!/usr/bin/env node
// The `tollgate` command: the command line of src/cli.ts, in the user's own working directory.
import { start } from "./bootstrap/start.mjs";

start("src/cli.ts", process.argv.slice(2));
