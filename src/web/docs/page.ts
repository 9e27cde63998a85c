import type { Content, OpenApi, OpenApiOperation, Parameter } from "../../http/openapi.ts";
import { anchorOf, fieldHtml, shapeHtml } from "./shapes.ts";
import { code, escaped, inline, prose } from "./words.ts";

/** The document as a page to read: made on the server, so that it needs nothing inline and works without a script. */
export function docsPage(document: OpenApi): string {
  const { info, tags } = document;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escaped(info.title)} API</title>
    <link rel="stylesheet" href="/docs/docs.css" />
    <script type="module" src="/docs/docs.js"></script>
  </head>
  <body>
    <a class="skip" href="#reference">Skip to the reference</a>
    <header>
      <h1>${escaped(info.title)} API</h1>
      <p>Version ${escaped(info.version)} · <a href="/openapi.json">openapi.json</a></p>
    </header>
    <nav aria-label="Chapters">
      <search><label for="filter">Filter</label><input id="filter" type="search" autocomplete="off" /></search>
      <p id="found" role="status"></p>
      <ul>${tags.map(({ name }) => `<li><a href="#${slugOf(name)}">${escaped(name)}</a></li>`).join("")}
        <li><a href="#shapes">Shapes</a></li>
      </ul>
    </nav>
    <main id="reference" tabindex="-1">
      ${prose(info.description)}
      <h2 id="credentials">Credentials</h2>
      <dl>${Object.entries(document.components.securitySchemes).map(credentialHtml).join("")}</dl>
      ${tags.map(({ name }) => chapterHtml(document, name)).join("\n")}
      <section>
        <h2 id="shapes">Shapes</h2>
        ${Object.entries(document.components.schemas)
          .map(([name, schema]) => namedHtml(name, schema))
          .join("\n")}
      </section>
    </main>
  </body>
</html>
`;
}

const slugOf = (tag: string): string => tag.toLowerCase().replaceAll(/[^a-z]+/g, "-");

const credentialHtml = ([name, scheme]: [string, { readonly [keyword: string]: unknown }]): string =>
  `<dt>${code(name)}</dt><dd>${inline(String(scheme.description))} <small>${
    scheme.type === "apiKey" ? code(String(scheme.name)) : code("Authorization: Bearer")
  }</small></dd>`;

function chapterHtml(document: OpenApi, tag: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => operationHtml(document, method.toUpperCase(), path, operation)),
  );
  return `<section><h2 id="${slugOf(tag)}">${escaped(tag)}</h2>${operations.join("\n")}</section>`;
}

function operationHtml(document: OpenApi, method: string, path: string, operation: OpenApiOperation): string {
  const { operationId, summary, description, security, requestBody, responses } = operation;
  const parameters = (operation.parameters ?? []).map((parameter) =>
    "$ref" in parameter
      ? (document.components.parameters[parameter.$ref.split("/").at(-1) ?? ""] as unknown as Parameter)
      : parameter,
  );
  const answers = Object.entries(responses).flatMap(([status, answer]) =>
    "$ref" in answer ? [] : [`<dt>${code(status)}</dt><dd>${answerHtml(status, answer)}</dd>`],
  );
  return `<details id="${escaped(operationId)}"><summary><b class="${method.toLowerCase()}">${method}</b> ${code(path)} <span>${escaped(summary)}</span></summary>
${description ? prose(description) : ""}
<h3>Credential</h3><p>${security.length ? security.flatMap(Object.keys).map(code).join(" or ") : "None."}</p>
${parameters.length ? `<h3>Parameters</h3><ul class="fields">${parameters.map(parameterHtml).join("")}</ul>` : ""}
${requestBody ? `<h3>Body</h3>${contentHtml(requestBody.content)}` : ""}
<h3>Answers</h3><dl>${answers.join("")}</dl></details>`;
}

const parameterHtml = ({ name, in: where, required, schema, description }: Parameter): string =>
  fieldHtml(name, schema, required, [description, `In the ${where}.`].filter(Boolean).join(" "));

const answerHtml = (
  status: string,
  { description, content }: { readonly description: string; readonly content?: Content },
) => (Number(status) < 400 && content ? contentHtml(content) : prose(description));

const contentHtml = (content: Content): string =>
  Object.entries(content)
    .map(([type, { schema }]) => `<div><small>${escaped(type)}</small> ${schema ? shapeHtml(schema) : ""}</div>`)
    .join("");

const namedHtml = (name: string, schema: { readonly [keyword: string]: unknown }): string =>
  `<details id="${escaped(anchorOf(name))}"><summary>${code(name)}</summary>${
    typeof schema.description === "string" ? prose(schema.description) : ""
  }${shapeHtml(schema)}</details>`;
