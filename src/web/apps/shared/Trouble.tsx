import { Alert, Button, Group, Text } from "@mantine/core";
import { ApiError } from "./api.ts";
import { sentence } from "./format.ts";

const ADVICE: Readonly<Record<string, string>> = {
  unreachable: "Check that you are online, then try again.",
  scope_missing: "Use a key that has the scopes billing:read and billing:write, or a token of an end user.",
  user_required: "Here each user pays for themselves: sign in with a user's token, or a key that belongs to a user.",
  billing_not_configured: "Nothing can be bought here yet: ask the operator of this gateway.",
  collector_unreachable: "Nothing was charged.",
  tenant_suspended: "Ask the operator of this gateway.",
  internal: "This is not your fault. Try again; if it stays, tell the operator.",
};

/** What went wrong, and what can be done about it. */
export function Trouble({
  error,
  title,
  onRetry,
}: {
  readonly error: Error;
  readonly title?: string;
  readonly onRetry?: () => void;
}) {
  const { code, requestId } = error instanceof ApiError ? error : { code: "internal", requestId: null };
  return (
    <Alert color="red" variant="light" title={title ?? "That did not work"} role="alert">
      <Text size="sm">
        {[sentence(error.message), ADVICE[code]].filter(Boolean).join(" ")}
        {requestId && (
          <Text span c="dimmed" size="xs">
            {" "}
            Request {requestId}.
          </Text>
        )}
      </Text>
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}
