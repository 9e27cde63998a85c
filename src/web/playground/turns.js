import { adviceFor, titleOf } from "./advice.js";
import { getReceipt } from "./api.js";
import { count, micros, money } from "./format.js";
import { proseOf } from "./prose.js";
import { receiptCard } from "./receipt.js";

const NEAR_END_PX = 80;
const LOOKS_MAX = 8;
const LOOK_AGAIN_MS = 400;

const log = document.querySelector("#log");
const composer = document.querySelector("#composer");

/** Shows what was asked. */
export function showQuestion(text) {
  const turn = fromTemplate("#question-template");
  turn.querySelector(".text").textContent = text;
  log.append(turn);
  toEnd(turn);
}

/** An answer that grows. Screen readers hear it when it is whole, not piece by piece. */
export function beginAnswer(key) {
  const turn = fromTemplate("#answer-template");
  const place = turn.querySelector(".text");
  let text = "";
  let due = 0;
  const show = () => {
    due = 0;
    following(turn, () => place.replaceChildren(proseOf(text)));
  };
  const showNow = () => {
    cancelAnimationFrame(due);
    show();
  };
  log.append(turn);
  toEnd(turn);

  return {
    get text() {
      return text;
    },
    /** Pieces that arrive within a frame are shown together. */
    append(piece) {
      text += piece;
      due ||= requestAnimationFrame(show);
    },
    /** The figures of an answer that ended in good order, or only its request id when it was stopped. */
    end(closing, note) {
      showNow();
      following(turn, () => showEnd(turn, closing, note, key));
    },
    fail(error) {
      showNow();
      following(turn, () => showProblem(turn, titleOf(error), adviceFor(error)));
    },
  };
}

function showEnd(
  turn,
  { usage, cost_usd: cost, spend_micros: spend, currency, request_id: requestId, code },
  note,
  key,
) {
  turn.setAttribute("aria-busy", "false");
  const facts = [
    note,
    usage && `${count(usage.input)} tokens in, ${count(usage.output)} out`,
    cost !== undefined && `cost ${money(Number(cost))}`,
    spend !== undefined && (cost === undefined || currency !== "USD") && `charged ${micros(spend, currency)}`,
  ].filter(Boolean);
  showMeter(turn, facts.join(" · "), requestId, key);
  if (code) showProblem(turn, "The answer was ended early.", adviceFor({ code }));
}

function showMeter(turn, facts, requestId, key) {
  const meter = turn.querySelector(".meter");
  meter.querySelector("p").textContent = facts;
  meter.hidden = facts === "" && !requestId;
  if (requestId) offerReceipt(turn, requestId, key);
}

function offerReceipt(turn, requestId, key) {
  const panel = turn.querySelector(".receipt");
  const button = turn.querySelector(".meter button");
  panel.id = `receipt-${requestId}`;
  button.hidden = false;
  button.title = requestId;
  button.setAttribute("aria-controls", panel.id);
  button.addEventListener("click", async () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) return;
    panel.textContent = "Fetching the receipt …";
    panel.replaceChildren(await settledReceipt(key, requestId).then(receiptCard, receiptProblem));
    panel.scrollIntoView({ block: "nearest" });
  });
}

/** Usage is recorded when an answer has ended; one that was stopped takes a moment to be. */
async function settledReceipt(key, requestId) {
  for (let look = 1; ; look++) {
    try {
      return await getReceipt(key, requestId);
    } catch (error) {
      if (error.status !== 404 || look === LOOKS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

const receiptProblem = (error) =>
  error.status === 404 ? "There is no receipt: nothing was used." : `${error.message} ${adviceFor(error)}`;

function showProblem(turn, title, advice) {
  turn.setAttribute("aria-busy", "false");
  const problem = turn.querySelector(".problem");
  problem.querySelector("strong").textContent = title;
  problem.querySelector("span").textContent = advice;
  problem.hidden = false;
}

/** Changes a turn, and keeps its end in sight if it was; a reader who has scrolled up is left alone. */
function following(turn, change) {
  const hidden = turn.getBoundingClientRect().bottom - composer.getBoundingClientRect().top;
  change();
  if (hidden < NEAR_END_PX) toEnd(turn);
}

function toEnd(turn) {
  turn.scrollIntoView({ block: "end" });
}

function fromTemplate(selector) {
  return document.querySelector(selector).content.firstElementChild.cloneNode(true);
}
