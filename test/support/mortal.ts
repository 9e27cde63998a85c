import type { IncomingMessage, ServerResponse } from "node:http";
import { type App, openApp } from "../../src/app.ts";
import { STEPS, type Step } from "../../src/billing/steps.ts";
import type { Database } from "../../src/db/database.ts";
import { MINUTE } from "../../src/kernel/clock.ts";
import { later } from "./later.ts";
import type { OpenApp } from "./world.ts";

/** A Tollgate that dies at a step of billing and is started again on what it left behind. */
export interface Mortal {
  /** For `openWorld`: opens the first life, and stands before all of them. */
  readonly open: OpenApp;
  /** From now on: the steps are noted, and at the first that is this one it dies; or at each that it has not died at yet. */
  listen(dieAt?: Step | typeof EACH): Promise<void>;
  /** What was told while it listened. */
  readonly told: ReadonlySet<string>;
  isDead(): Promise<boolean>;
  /** Starts it again, some minutes later, when what it had leased is free. */
  revive(): Promise<void>;
}

export const EACH = "each";
/** Longer than anything is leased for. */
const LATER_MS = 5 * MINUTE;

/**
 * Dies within this process, as by `kill -9`: from the step on, nothing of it reaches the database or answers anybody any more. What was not committed is
 * rolled back.
 */
export function openMortal(): Mortal {
  const told = new Set<string>();
  let listening = false;
  let fatal: Step | typeof EACH | undefined;
  let lives = 0;
  let life: { readonly app: App; readonly death: Death };
  let begin: () => Promise<typeof life>;

  const open: OpenApp = async (parts) => {
    begin = async () => {
      const death = openDeath();
      const step = (name: Step) => {
        if (death.dead) throw new Died();
        if (!listening) return;
        const isNew = !told.has(name);
        told.add(name);
        if (fatal === EACH ? isNew : fatal === name) death.die();
      };
      const clock = later(parts.clock, lives++ * LATER_MS);
      return { app: await openApp({ ...parts, db: death.onDatabase(parts.db), clock, step }), death };
    };
    life = await begin();
    return {
      jobs: { runDue: () => life.app.jobs.runDue(), close: async () => {} },
      metricsHandler: (req, res) => life.app.metricsHandler(req, res),
      handler: (req, res) => life.death.onAnswer(life.app.handler, req, res),
      idle: () => life.app.idle(),
      close: () => life.app.close(),
    };
  };
  return {
    open,
    told,
    async listen(dieAt) {
      if (dieAt && dieAt !== EACH && !STEPS.includes(dieAt)) throw new Error(`there is no step ${dieAt}`);
      listening = true;
      fatal = dieAt;
    },
    isDead: async () => life.death.dead,
    async revive() {
      // Ends its timers: it has nothing more to say to the database, and says so.
      await life.app.close().catch(() => {});
      if (fatal !== EACH) fatal = undefined;
      life = await begin();
    },
  };
}

class Died extends Error {
  constructor() {
    super("this life is over");
    this.name = "Died";
  }
}

interface Death {
  readonly dead: boolean;
  die(): never;
  onDatabase(db: Database): Database;
  onAnswer(handler: App["handler"], req: IncomingMessage, res: ServerResponse): void;
}

function openDeath(): Death {
  let dead = false;
  const answers = new Set<ServerResponse>();
  const alive = <T>(value: T): T => {
    if (dead) throw new Died();
    return value;
  };
  return {
    get dead() {
      return dead;
    },
    die() {
      dead = true;
      for (const res of answers) res.destroy();
      throw new Died();
    },
    onDatabase: (db) => ({
      get read() {
        return alive(db.read);
      },
      transaction: async (work) => {
        alive(true);
        return db.transaction(async (tx) => alive(await work(tx)));
      },
      // Whoever made it closes it.
      close: async () => {},
    }),
    onAnswer(handler, req, res) {
      if (dead) return void res.destroy();
      answers.add(res);
      res.once("close", () => answers.delete(res));
      handler(req, res);
    },
  };
}
