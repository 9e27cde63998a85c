import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { plain } from "./letters.ts";
import type { Fact, Paper, PaperLine, PaperParty } from "./paper.ts";

const STYLE = readFileSync(new URL("./paper.css", import.meta.url), "utf8");

/** What a document in HTML may do: be looked at, in its own style. No script, no address, no frame around it. */
export const DOCUMENT_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

interface Markup {
  readonly markup: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;" },
  ...{ '"': "&quot;", "'": "&#39;" },
};
const escaped = (text: string): string => plain(text).replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter]!);

/** A template whose texts are escaped, so that only what is written down here is markup. */
function html(strings: TemplateStringsArray, ...values: readonly (string | Markup | readonly Markup[])[]): Markup {
  const shown = (value: (typeof values)[number]): string =>
    typeof value === "string"
      ? escaped(value)
      : "markup" in value
        ? value.markup
        : value.map(({ markup }) => markup).join("");
  return { markup: strings.reduce((all, string, index) => all + shown(values[index - 1]!) + string) };
}

/** A document as a page of its own, which prints on A4. */
export function htmlOf(paper: Paper): string {
  const { title, number, copy, state, parties, facts, unit, lines, sums, words, settlement, notes, signatory } = paper;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${`${title} ${number}`}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
<header>
<div><h1>${title}</h1><p class="muted">${copy}</p></div>
<p class="${`state ${state.tone}`}">${state.word}</p>
</header>
<dl class="facts">${facts.map(factOf)}</dl>
<section class="parties">${parties.map(partyOf)}</section>
<table>
<thead><tr><th class="number">No.</th><th>Description</th><th>SAC</th><th class="number">Quantity</th><th class="number">${`Taxable value (${unit})`}</th></tr></thead>
${lines.map(lineOf)}
</table>
<dl class="sums">${sums.map(factOf)}</dl>
<p class="words"><strong>Amount in words:</strong> ${words}</p>
${settlement.length ? [html`<dl class="sums">${settlement.map(factOf)}</dl>`] : []}
<section class="notes">${notes.map((note) => html`<p>${note}</p>`)}</section>
<footer>
<p class="muted">Issued electronically under the Information Technology Act, 2000: no signature is required.</p>
<div class="sign"><p>${`For ${signatory}`}</p><p>Authorised signatory</p></div>
</footer>
</main>
</body>
</html>
`.markup;
}

const factOf = ({ label, value, strong }: Fact): Markup =>
  strong
    ? html`<div class="strong"><dt>${label}</dt><dd>${value}</dd></div>`
    : html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

const partyOf = ({ role, name, lines }: PaperParty): Markup =>
  html`<div><h2>${role}</h2><p class="strong">${name}</p>${lines.map((line) => html`<p>${line}</p>`)}</div>`;

function lineOf({ description, remarks, sac, amount, parts }: PaperLine, index: number): Markup {
  return html`<tbody>
<tr><td class="number">${String(index + 1)}</td><td>${description}${remarks.map((remark) => html`<p class="muted">${remark}</p>`)}</td><td class="code">${sac}</td><td></td><td class="number">${amount}</td></tr>
${parts.map(({ name, quantity }) => html`<tr class="part"><td></td><td>${name}</td><td></td><td class="number">${quantity}</td><td></td></tr>`)}
</tbody>`;
}
