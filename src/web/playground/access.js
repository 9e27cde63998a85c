import { getQuota, listModels } from "./api.js";
import { instant, micros } from "./format.js";

const STORED_KEY = "tollgate-key";
const at = (selector) => document.querySelector(selector);

/** The demo tenant's key, filled in by the server in sandbox mode; empty in live mode. */
export const sandboxKey = (() => {
  const content = at('meta[name="tollgate-sandbox-key"]').content;
  return content.startsWith("{{") ? "" : content;
})();

export const currentKey = () => at("#key").value.trim();

/** Fills the panel, and keeps models and quota those of the key that is entered. */
export function startAccess() {
  const field = at("#key");
  field.value = sessionStorage.getItem(STORED_KEY) || sandboxKey;
  field.addEventListener("change", () => {
    sessionStorage.setItem(STORED_KEY, currentKey() === sandboxKey ? "" : currentKey());
    refresh();
  });
  at("#use-sandbox-key").addEventListener("click", () => {
    field.value = sandboxKey;
    field.dispatchEvent(new Event("change"));
  });
  at("#show-key").addEventListener("click", ({ currentTarget }) => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    currentTarget.textContent = shown ? "Hide" : "Show";
    currentTarget.setAttribute("aria-pressed", String(shown));
  });
  refresh();
}

function refresh() {
  at("#use-sandbox-key").hidden = !sandboxKey || currentKey() === sandboxKey;
  at("#key-note").textContent =
    sandboxKey && currentKey() === sandboxKey
      ? "The demo tenant's key. Nothing here costs money."
      : "Kept in this tab only.";
  showModels();
  showQuota();
}

async function showModels() {
  const [select, note] = [at("#model"), at("#model-note")];
  const chosen = select.value;
  select.length = 1;
  note.hidden = true;
  if (!currentKey()) return;
  try {
    for (const { id, display_name: name } of await listModels(currentKey())) select.add(new Option(name ?? id, id));
    if ([...select.options].some((option) => option.value === chosen)) select.value = chosen;
  } catch (error) {
    note.textContent = `The models cannot be listed. ${error.message}`;
    note.hidden = false;
  }
}

/** Shows what may still be spent with the key that is entered. */
export async function showQuota() {
  const panel = at("#quota");
  const key = currentKey();
  if (!key) return panel.replaceChildren(paragraph("note", "Shown once a key is set."));
  const content = await getQuota(key).then(quotaFacts, (error) => [paragraph("note", error.message)]);
  if (key === currentKey()) panel.replaceChildren(...content);
}

function quotaFacts({ remaining_micros: remaining, currency, unit, resets_at, blocked_by, topup_url }) {
  const bounded = typeof remaining === "number";
  const facts = [paragraph("amount", bounded ? `${micros(remaining, currency)} left` : "No limit on spend")];
  if (unit?.micros && bounded) facts.push(paragraph("note", `${Math.floor(remaining / unit.micros)} ${unit.name}`));
  if (blocked_by) facts.push(paragraph("warning", BLOCKED[blocked_by.kind] ?? "Used up."));
  if (resets_at) facts.push(paragraph("note", `Resets ${instant(resets_at)}`));
  if (topup_url) facts.push(topUpLink(topup_url));
  return facts;
}

const BLOCKED = { grants: "No credit is left.", limit: "A limit of this account is reached." };

function topUpLink(url) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = "Top up";
  return link;
}

function paragraph(name, text) {
  const element = document.createElement("p");
  element.className = name;
  element.textContent = text;
  return element;
}
