/** The same request in every language that asks for it, ready to be copied. */

export interface Asked {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly message: string;
  /** Undefined, not empty, where there is none. */
  readonly system: string | undefined;
  readonly max_tokens: number;
}

export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** What must be installed first, if anything. */
  readonly install: string | null;
  readonly code: string;
}

/** Where each of them takes the credential from: it stands in no snippet, so that none is leaked with one. */
export const KEY_VARIABLE = "TOLLGATE_KEY";

export const snippetsFor = (asked: Asked): Snippet[] => [
  { id: "curl", label: "curl", install: null, code: curl(asked) },
  { id: "typescript", label: "TypeScript", install: "npm install @anthropic-ai/sdk", code: typescript(asked) },
  { id: "python", label: "Python", install: "pip install anthropic", code: python(asked) },
  {
    id: "openai-typescript",
    label: "OpenAI, TypeScript",
    install: "npm install openai",
    code: openaiTypescript(asked),
  },
  { id: "openai-python", label: "OpenAI, Python", install: "pip install openai", code: openaiPython(asked) },
  { id: "claude-code", label: "Claude Code", install: null, code: claudeCode(asked) },
];

/** A good one to show, of those that somebody may use. */
export const usualModel = (ids: readonly string[] | undefined): string =>
  ids?.find((id) => id.includes("sonnet")) ?? ids?.[0] ?? "claude-sonnet-5-5";

/** In single quotes, as a shell takes it literally. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** A string that JavaScript and Python both read as it is meant. */
const quoted = (text: string): string => JSON.stringify(text);

function curl({ baseUrl, model, message, system, max_tokens }: Asked): string {
  const body = { model, max_tokens, stream: true, system, messages: [{ role: "user", content: message }] };
  return [
    `curl -N ${baseUrl}/v1/messages \\`,
    `  -H "x-api-key: $${KEY_VARIABLE}" \\`,
    `  -H 'anthropic-version: 2023-06-01' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d ${shell(JSON.stringify(body, null, 2))}`,
  ].join("\n");
}

const typescript = ({ baseUrl, model, message, system, max_tokens }: Asked): string =>
  lines(
    `import Anthropic from "@anthropic-ai/sdk";`,
    "",
    `const claude = new Anthropic({ baseURL: ${quoted(baseUrl)}, apiKey: process.env.${KEY_VARIABLE} });`,
    "const stream = claude.messages.stream({",
    `  model: ${quoted(model)},`,
    `  max_tokens: ${max_tokens},`,
    system && `  system: ${quoted(system)},`,
    `  messages: [{ role: "user", content: ${quoted(message)} }],`,
    "});",
    `stream.on("text", (text) => process.stdout.write(text));`,
    "const { usage } = await stream.finalMessage();",
  );

const python = ({ baseUrl, model, message, system, max_tokens }: Asked): string =>
  lines(
    "import os",
    "from anthropic import Anthropic",
    "",
    `claude = Anthropic(base_url=${quoted(baseUrl)}, api_key=os.environ["${KEY_VARIABLE}"])`,
    "with claude.messages.stream(",
    `    model=${quoted(model)},`,
    `    max_tokens=${max_tokens},`,
    system && `    system=${quoted(system)},`,
    `    messages=[{"role": "user", "content": ${quoted(message)}}],`,
    ") as stream:",
    "    for text in stream.text_stream:",
    `        print(text, end="", flush=True)`,
  );

const openaiTypescript = ({ baseUrl, model, message, system, max_tokens }: Asked): string =>
  lines(
    `import OpenAI from "openai";`,
    "",
    `const client = new OpenAI({ baseURL: ${quoted(`${baseUrl}/v1`)}, apiKey: process.env.${KEY_VARIABLE} });`,
    "const stream = await client.chat.completions.create({",
    `  model: ${quoted(model)},`,
    `  max_completion_tokens: ${max_tokens},`,
    "  stream: true,",
    "  messages: [",
    system && `    { role: "system", content: ${quoted(system)} },`,
    `    { role: "user", content: ${quoted(message)} },`,
    "  ],",
    "});",
    `for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? "");`,
  );

const openaiPython = ({ baseUrl, model, message, system, max_tokens }: Asked): string =>
  lines(
    "import os",
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url=${quoted(`${baseUrl}/v1`)}, api_key=os.environ["${KEY_VARIABLE}"])`,
    "stream = client.chat.completions.create(",
    `    model=${quoted(model)},`,
    `    max_completion_tokens=${max_tokens},`,
    "    stream=True,",
    "    messages=[",
    system && `        {"role": "system", "content": ${quoted(system)}},`,
    `        {"role": "user", "content": ${quoted(message)}},`,
    "    ],",
    ")",
    "for chunk in stream:",
    "    if chunk.choices:",
    `        print(chunk.choices[0].delta.content or "", end="", flush=True)`,
  );

const claudeCode = ({ baseUrl, model }: Asked): string =>
  lines(
    `export ANTHROPIC_BASE_URL=${shell(baseUrl)}`,
    `export ANTHROPIC_AUTH_TOKEN="$${KEY_VARIABLE}"`,
    `claude --model ${shell(model)}`,
  );

const lines = (...all: (string | undefined)[]): string => all.filter((line) => line !== undefined).join("\n");
