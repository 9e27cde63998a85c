import { adviceFor } from "./advice.js";
import { getReceipt, receiptPath } from "./api.js";
import { count, money } from "./format.js";
import { tableOf } from "./receipt.js";

const NEAR_END_PX = 80;

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
  const text = turn.querySelector(".text").appendChild(new Text());
  log.append(turn);
  toEnd(turn);

  return {
    get text() {
      return text.data;
    },
    append(piece) {
      following(turn, () => text.appendData(piece));
    },
    /** The figures of an answer that ended in good order, or only its request id when it was stopped. */
    end(closing, note) {
      following(turn, () => showEnd(turn, closing, note, key));
    },
    fail(error) {
      following(turn, () => showProblem(turn, error.message, adviceFor(error)));
    },
  };
}

function showEnd(turn, { usage, cost_usd: cost, request_id: requestId, code }, note, key) {
  turn.setAttribute("aria-busy", "false");
  const facts = [
    note,
    usage && `in ${count(usage.input)} · out ${count(usage.output)} tokens`,
    typeof cost === "number" && `cost ${money(cost)}`,
  ].filter(Boolean);
  if (facts.length > 0 || requestId) showMeter(turn, facts.join(" · "), requestId, key);
  if (code) showProblem(turn, "The answer was ended early.", adviceFor({ code }));
}

function showMeter(turn, facts, requestId, key) {
  const meter = turn.querySelector(".meter");
  meter.textContent = facts;
  if (requestId) meter.append(facts ? " · request " : "request ", receiptLink(turn, requestId, key));
  meter.hidden = false;
}

function receiptLink(turn, requestId, key) {
  const panel = turn.querySelector(".receipt");
  panel.id = `receipt-${requestId}`;
  const link = document.createElement("a");
  link.href = receiptPath(requestId);
  link.textContent = requestId;
  link.title = "Show the receipt";
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", panel.id);
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    panel.hidden = !panel.hidden;
    link.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) return;
    panel.textContent = "Fetching the receipt …";
    panel.replaceChildren(await getReceipt(key, requestId).then(tableOf, receiptProblem));
    panel.scrollIntoView({ block: "nearest" });
  });
  return link;
}

function receiptProblem(error) {
  return error.status === 404
    ? "There is no receipt yet: usage is recorded when the answer has ended. Open it again in a moment."
    : `${error.message} ${adviceFor(error)}`;
}

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
