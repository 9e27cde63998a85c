import { currentKey, sandboxKey, showQuota, startAccess } from "./playground/access.js";
import { ApiError, isReady, streamChat } from "./playground/api.js";
import { count, duration, money } from "./playground/format.js";
import { beginAnswer, showQuestion } from "./playground/turns.js";

const at = (selector) => document.querySelector(selector);
const [prompt, composer, send, stop, clear] = ["#prompt", "#composer", "#send", "#stop", "#clear"].map(at);

/** The conversation as it is sent: only turns that were answered. */
let messages = [];
const totals = { tokens: 0, money: 0 };
/** Stops the answer that is under way; null when there is none. */
let underWay = null;

async function ask(question) {
  const key = currentKey();
  const asked = [...messages, { role: "user", content: question }];
  const abort = new AbortController();
  const sentAt = performance.now();
  let requestId;
  setUnderWay(abort);
  showQuestion(question);
  const answer = beginAnswer(key);
  try {
    const closing = await streamChat(
      key,
      { ...settings(), messages: asked },
      {
        signal: abort.signal,
        onStart: (id) => (requestId = id),
        onText(piece) {
          if (answer.text === "") at("#first-words").textContent = duration(performance.now() - sentAt);
          answer.append(piece);
        },
      },
    );
    answer.end(closing);
    addTotals(closing);
  } catch (error) {
    if (abort.signal.aborted) answer.end({ request_id: requestId }, "Stopped. What was generated is metered.");
    else
      answer.fail(
        error instanceof ApiError
          ? error
          : new ApiError({ code: "cut", message: "The connection was lost.", requestId }),
      );
    if (answer.text === "" && prompt.value === "") prompt.value = question;
  }
  if (answer.text !== "") messages = [...asked, { role: "assistant", content: answer.text }];
  setUnderWay(null);
  showQuota();
  showGateway();
}

/** What the page sets beyond the conversation; what is left empty is the gateway's to decide. */
function settings() {
  const model = at("#model").value || undefined;
  const system = at("#system").value.trim() || undefined;
  return { model, system_prompt: system, max_tokens: at("#max-tokens").valueAsNumber || undefined };
}

function setUnderWay(abort) {
  underWay = abort;
  send.hidden = abort !== null;
  stop.hidden = abort === null;
  clear.hidden = abort !== null || !at(".turn");
  at("#empty").hidden = true;
}

function addTotals({ usage, cost_usd: cost, spend_micros: spend, currency }) {
  totals.tokens += usage.input + usage.output;
  // What the gateway lets this key see: the provider's cost, or what is charged for it, or neither.
  totals.money += cost === undefined ? (spend ?? 0) / 1_000_000 : Number(cost);
  const paid = totals.money > 0 ? ` · ${money(totals.money, cost === undefined ? currency : "USD")}` : "";
  at("#totals").textContent = `${count(totals.tokens)} tokens${paid}`;
}

async function showGateway() {
  const ready = await isReady();
  at("#gateway").dataset.state = ready ? "ready" : "down";
  at("#gateway").textContent = ready ? "ready" : "not ready";
}

function showMode() {
  at("#mode").textContent = sandboxKey ? "Sandbox" : "Live";
  at("#mode").title = sandboxKey ? "Answers and payments are simulated." : "";
  at("#mode").dataset.mode = sandboxKey ? "sandbox" : "live";
  at("#base-url").textContent = location.origin;
  at("#curl").textContent = [
    `curl -N ${location.origin}/api/chat/stream \\`,
    `  -H "Authorization: Bearer ${sandboxKey || "$TOLLGATE_KEY"}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"message": "Hello, Claude"}'`,
  ].join("\n");
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = prompt.value.trim();
  if (underWay || question === "") return;
  prompt.value = "";
  ask(question);
});

prompt.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") underWay?.abort();
});

stop.addEventListener("click", () => {
  underWay?.abort();
  prompt.focus();
});

clear.addEventListener("click", () => {
  for (const turn of document.querySelectorAll(".turn")) turn.remove();
  messages = [];
  at("#empty").hidden = false;
  clear.hidden = true;
  prompt.focus();
});

at("#examples").addEventListener("click", ({ target }) => {
  if (!target.matches("button") || underWay) return;
  ask(target.textContent);
  prompt.focus();
});

at("#copy").addEventListener("click", async ({ currentTarget }) => {
  await navigator.clipboard.writeText(at("#curl").textContent);
  currentTarget.textContent = "Copied";
  setTimeout(() => {
    currentTarget.textContent = "Copy";
  }, 1500);
});

showMode();
showGateway();
startAccess();
