// @ts-check
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./npm.mjs";

const BEAT_MS = 5_000;
const STALE_ELSEWHERE_MS = 30_000;
const STALE_HERE_MS = 120_000;
const POLL_MS = 250;

/**
 * Does the work while no other process does, in any terminal: two installs at once would break each other's files.
 * The lock is a directory (mkdir is atomic) whose time its holder renews; one that is not renewed, or whose processes
 * are gone, is taken over. The work claims the npm it starts, because npm goes on when only its parent is killed.
 * @template T
 * @param {string} home kept out of git by itself
 * @param {(claim: (pid: number | undefined) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function holdingLock(home, work) {
  makeHome(home);
  const lock = path.join(home, "lock");
  for (let waited = 0; !take(lock); waited++) {
    const owner = ownerOf(lock);
    if (isStale(lock, owner)) {
      bury(lock, owner);
      continue;
    }
    if (waited === 0) console.error(`tollgate: waiting for another install in this folder (${owner}) …`);
    await sleep(POLL_MS);
  }
  const beat = setInterval(() => renew(lock), BEAT_MS);
  try {
    return await work((pid) => sign(lock, [process.pid, pid]));
  } finally {
    clearInterval(beat);
    for (const name of readdirSync(home)) {
      if (name.startsWith("lock")) rmSync(path.join(home, name), { recursive: true, force: true });
    }
  }
}

/**
 * Whether the holders of a lock have died: elsewhere by the time of the last beat, on this machine by their process ids
 * (and by time all the same, because ids are used again after a restart).
 * @param {string} lock
 * @param {string} owner as read before, so that a lock taken over meanwhile shows by its fresh time
 * @param {number} [now] milliseconds
 */
export function isStale(lock, owner, now = Date.now()) {
  const beatAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? now;
  const [pids = "", host] = owner.split("@");
  if (host !== hostname()) return now - beatAt > STALE_ELSEWHERE_MS;
  return now - beatAt > STALE_HERE_MS || !pids.split("+").some(isAlive);
}

/** @param {string} lock */
function take(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  sign(lock, [process.pid]);
  return true;
}

/**
 * @param {string} lock
 * @param {(number | undefined)[]} pids
 */
function sign(lock, pids) {
  writeFileSync(path.join(lock, "owner"), `${pids.filter(Boolean).join("+")}@${hostname()}`);
}

/**
 * Moves a dead holder's lock away under its holder's name, and leaves it there: of two who try, the second fails on the
 * name, instead of taking away the lock that the first has made since.
 * @param {string} lock
 * @param {string} owner
 */
function bury(lock, owner) {
  try {
    renameSync(lock, `${lock}-of-${owner}`);
  } catch {}
}

/**
 * A beat that fails costs nothing: the process id still speaks for the holder.
 * @param {string} lock
 */
function renew(lock) {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {}
}

/** @param {string} lock */
function ownerOf(lock) {
  try {
    return readFileSync(path.join(lock, "owner"), "utf8");
  } catch {
    return "starting";
  }
}

/** @param {string} pid */
function isAlive(pid) {
  try {
    return Number(pid) !== process.pid && process.kill(Number(pid), 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {string} home */
function makeHome(home) {
  try {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, ".gitignore"), "*\n");
  } catch (error) {
    throw new Failure(
      `${path.dirname(home)} is not writable (${codeOf(error)}): something must be installed there first`,
    );
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
