import { useState } from "react";
import { sandboxKey } from "../shared/meta.ts";
import { keepKey } from "./key.ts";
import { useModels } from "./queries.ts";

/** What is asked with, beyond the conversation itself. */
export interface Settings {
  readonly key: string;
  /** Empty: the gateway's default. */
  readonly model: string;
  readonly system: string;
  readonly max_tokens: number | null;
}

/** Who asks, and how. */
export function Access({
  settings: { key, model, system, max_tokens },
  onChange,
}: {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}) {
  const [typed, setTyped] = useState(key);
  const [isShown, setShown] = useState(false);
  const models = useModels(key);
  const isDemo = sandboxKey !== "" && key === sandboxKey;
  const use = (next: string) => {
    setTyped(next);
    if (next === key) return;
    keepKey(next);
    onChange({ key: next });
  };
  return (
    <section className="panel" aria-labelledby="access-title">
      <h2 id="access-title">Access</h2>
      <label htmlFor="key">API key or token</label>
      <div className="row">
        <input
          id="key"
          type={isShown ? "text" : "password"}
          autoComplete="off"
          spellCheck={false}
          placeholder="tg_…"
          aria-describedby="key-note"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={() => use(typed.trim())}
          onKeyDown={(event) => event.key === "Enter" && use(typed.trim())}
        />
        <button type="button" id="show-key" className="quiet" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? "Hide" : "Show"}
        </button>
      </div>
      <p id="key-note" className="note">
        {isDemo ? "The demo tenant's key. Nothing here costs money." : "Kept in this tab only."}
      </p>
      {sandboxKey && !isDemo && (
        <button type="button" id="use-sandbox-key" className="quiet" onClick={() => use(sandboxKey)}>
          Use the demo key
        </button>
      )}
      <label htmlFor="model">Model</label>
      <select id="model" value={model} onChange={(event) => onChange({ model: event.currentTarget.value })}>
        <option value="">Default model</option>
        {model && !models.data?.some(({ id }) => id === model) && <option value={model}>{model}</option>}
        {models.data?.map(({ id, ...model }) => (
          <option key={id} value={id}>
            {"display_name" in model ? model.display_name : id}
          </option>
        ))}
      </select>
      {models.error && (
        <p id="model-note" className="note">
          The models cannot be listed. {models.error.message}
        </p>
      )}
      <label htmlFor="system">System prompt</label>
      <textarea
        id="system"
        rows={2}
        placeholder="None"
        value={system}
        onChange={(event) => onChange({ system: event.currentTarget.value })}
      />
      <details>
        <summary>More settings</summary>
        <label htmlFor="max-tokens">At most this many output tokens</label>
        <input
          id="max-tokens"
          type="number"
          min="1"
          step="1"
          placeholder="default"
          value={max_tokens ?? ""}
          onChange={(event) => onChange({ max_tokens: event.currentTarget.valueAsNumber || null })}
        />
      </details>
    </section>
  );
}
