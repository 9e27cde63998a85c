import { Anchor, Code, List, Stack, Tabs, Text, Title } from "@mantine/core";
import { CodeSample } from "../../shared/CodeSample.tsx";
import { baseUrl } from "../../shared/meta.ts";
import { KEY_VARIABLE, snippetsFor, usualModel } from "../../shared/snippets.ts";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { useModels } from "./queries.ts";

const OUTPUT_MAX = 1_000;

/** How one's own programs are pointed here: official clients, with another address and key. */
export function ConnectTab() {
  const { me } = useSession();
  const models = useModels();
  const model = usualModel(models.data);
  const snippets = snippetsFor({
    ...{ baseUrl, model, system: undefined, message: "Why is the sky blue?" },
    max_tokens: me.max_tokens === null ? OUTPUT_MAX : Math.min(OUTPUT_MAX, me.max_tokens),
  });
  return (
    <Stack>
      <section className={classes.card} aria-labelledby="connect-title">
        <Title order={2} size="h4" id="connect-title">
          Connect a program
        </Title>
        <Text size="sm" c="dimmed" mb="md">
          Official clients work unchanged: only their address and their key are others.{" "}
          {me.scopes.includes("keys:write") ? (
            <>
              <Anchor href="#keys" inherit underline="always">
                Make a key
              </Anchor>{" "}
              and put it into the variable <Code>{KEY_VARIABLE}</Code>.
            </>
          ) : (
            <>
              Put your key or token into the variable <Code>{KEY_VARIABLE}</Code>.
            </>
          )}
        </Text>
        <Text size="sm" fw={550} mb={4}>
          Address
        </Text>
        <CodeSample code={baseUrl} label="the address" />
        <Tabs defaultValue="curl" mt="lg" keepMounted={false}>
          <Tabs.List aria-label="Client" className={classes.tabs}>
            {snippets.map(({ id, label }) => (
              <Tabs.Tab key={id} value={id}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {snippets.map(({ id, label, install, code }) => (
            <Tabs.Panel key={id} value={id} pt="md">
              <Stack gap="sm">
                {install && <CodeSample code={install} label={`what installs the client for ${label}`} />}
                <CodeSample code={code} label={`the code for ${label}`} />
              </Stack>
            </Tabs.Panel>
          ))}
        </Tabs>
      </section>
      <section className={classes.card} aria-labelledby="models-title">
        <Title order={2} size="h4" id="models-title" mb="xs">
          Models you may use
        </Title>
        {models.data ? (
          <List size="sm" spacing={4}>
            {models.data.map((id) => (
              <List.Item key={id}>
                <Code>{id}</Code>
              </List.Item>
            ))}
          </List>
        ) : (
          <Text size="sm" c="dimmed">
            {models.error ? "They cannot be listed now." : "Asking …"}
          </Text>
        )}
      </section>
    </Stack>
  );
}
