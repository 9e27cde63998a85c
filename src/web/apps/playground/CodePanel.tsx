import { useEffect, useState } from "react";
import { baseUrl, sandboxKey } from "../shared/meta.ts";
import { KEY_VARIABLE, snippetsFor, usualModel } from "../shared/snippets.ts";
import type { Settings } from "./Access.tsx";
import { useModels } from "./queries.ts";

const OUTPUT_MAX = 1_000;
const SAID_MS = 1_500;

/** The same request, from one's own code. */
export function CodePanel({
  settings: { key, model, system, max_tokens },
  message,
}: {
  readonly settings: Settings;
  readonly message: string;
}) {
  const models = useModels(key);
  const [chosen, setChosen] = useState("curl");
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const gone = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(gone);
  }, [isCopied]);
  const snippets = snippetsFor({
    ...{ baseUrl, message, system: system.trim() || undefined, max_tokens: max_tokens ?? OUTPUT_MAX },
    model: model || usualModel(models.data?.map(({ id }) => id)),
  });
  const snippet = snippets.find(({ id }) => id === chosen) ?? snippets[0];
  // The demo key is no secret, so that what is copied runs as it is.
  const code = `${key && key === sandboxKey && chosen === "curl" ? `${KEY_VARIABLE}=${sandboxKey}\n` : ""}${snippet?.code ?? ""}`;
  return (
    <section className="panel" aria-labelledby="code-title">
      <div className="row">
        <h2 id="code-title">From your own code</h2>
        <button
          type="button"
          id="copy"
          className="quiet"
          onClick={async () => {
            await navigator.clipboard.writeText(code);
            setCopied(true);
          }}
        >
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
      <label className="unseen" htmlFor="client">
        Client
      </label>
      <select id="client" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
        {snippets.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must be able to do as well */}
      <section className="code" tabIndex={0} aria-label="Code">
        <pre id="code">{code}</pre>
      </section>
      <p className="note">
        {snippet?.install ? (
          <>
            First <code>{snippet.install}</code>.{" "}
          </>
        ) : null}
        Official clients work unchanged: only their address and their key are others.
      </p>
    </section>
  );
}
