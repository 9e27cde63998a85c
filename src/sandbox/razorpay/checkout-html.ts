import type { PaymentMethod } from "./entities.ts";

export interface Choice {
  readonly method: PaymentMethod;
  readonly label: string;
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const STYLE = `
* { box-sizing: border-box; }
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; background: light-dark(#eef2fb, #0d1320); }
main { width: min(26rem, 92vw); padding: 1.5rem; border-radius: 1rem; background: light-dark(#fff, #182135); box-shadow: 0 8px 40px #0003; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
.mark { display: inline-block; font-size: .75rem; padding: .1rem .5rem; border-radius: 1rem; background: #b54708; color: #fff; }
ul { padding-left: 1.1rem; margin: .75rem 0; }
fieldset { border: 1px solid light-dark(#c8d0e2, #3a4663); border-radius: .6rem; padding: .75rem; margin: 0 0 1rem; }
label { display: flex; gap: .6rem; padding: .35rem 0; }
button { font: inherit; width: 100%; padding: .7rem; border-radius: .6rem; border: 1px solid light-dark(#2952cc, #7f9dff); margin-top: .5rem; cursor: pointer; background: none; color: inherit; }
button.pay { background: #2952cc; color: #fff; }
[role=status] { color: light-dark(#067647, #75e0a7); } [role=alert] { color: light-dark(#b42318, #fda29b); }`;

/** A page of the simulated Razorpay, which works without scripts; embedded, it tells its opener what came of it. */
export function page(content: {
  readonly title: string;
  readonly facts: readonly string[];
  readonly choices: readonly Choice[];
  readonly done?: string;
  readonly failed?: string;
  readonly embedded?: boolean;
}): string {
  const { title, facts, choices, done, failed, embedded } = content;
  const options = choices.map(
    ({ method, label }, index) =>
      `<label><input type="radio" name="method" value="${method}"${index === 0 ? " checked" : ""}> ${escaped(label)}</label>`,
  );
  const form = `<form method="post" id="pay">
<fieldset><legend>Pay by</legend>${options.join("")}</fieldset>
<button class="pay" name="fail" value="">Pay</button>
<button name="fail" value="insufficient_funds">Fail: insufficient funds</button>
${embedded ? '<button type="button" id="dismiss">Cancel</button>' : ""}
</form><p role="alert" id="trouble">${failed ? escaped(failed) : ""}</p>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>
<span class="mark">Simulated Razorpay</span><h1>${escaped(title)}</h1>
<ul>${facts.map((fact) => `<li>${escaped(fact)}</li>`).join("")}</ul>
${done ? `<p role="status">${escaped(done)}</p>` : choices.length ? form : ""}
</main>${embedded ? `<script>${EMBEDDED}</script>` : ""}</body></html>`;
}

const EMBEDDED = `
const tell = (message) => parent.postMessage({ razorpay: message }, "*");
document.getElementById("dismiss").onclick = () => tell({ dismissed: true });
document.getElementById("pay").onsubmit = async (event) => {
  event.preventDefault();
  const form = new URLSearchParams(new FormData(event.target, event.submitter));
  const answer = await fetch(location.href, { method: "POST", body: form });
  const body = await answer.json();
  if (answer.ok) return tell({ paid: body });
  document.getElementById("trouble").textContent = body.error.description;
  tell({ failed: body });
};`;
