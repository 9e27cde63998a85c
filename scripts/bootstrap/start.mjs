// This file and the two that import it keep to old syntax, so that an old Node reads far enough to be told why not.

/** Refuses a Node that is too old even to install with; everything else is launch.mjs. */
export function start(script, args) {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    console.error(
      `tollgate: this machine's Node is ${process.version}, and at least Node 20 is needed to start: install a newer one.`,
    );
    process.exitCode = 1;
    return;
  }
  import("./launch.mjs").then((module) => module.launch(script, args));
}
