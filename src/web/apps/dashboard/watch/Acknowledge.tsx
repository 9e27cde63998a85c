import { Textarea } from "@mantine/core";
import type { Alert } from "../../shared/openapi.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { titled } from "../kit/words.ts";
import { adminApi } from "../session.tsx";

/** Somebody says that they know; the first to do so is kept. */
export const Acknowledge = ({ alert: { id, type } }: { readonly alert: Pick<Alert, "id" | "type"> }) => (
  <FormDialog
    label="Take note"
    title={`Take note of ${titled(type)}`}
    act="Take note"
    variant="default"
    done="The alert is noted"
    initial={() => ({ note: "" })}
    send={({ note }) => adminApi.post(`alerts/${id}/acknowledge`, { note: note.trim() || null })}
    fields={(form) => (
      <Textarea
        label="Note"
        description="What you found, or did about it; it stays with the alert. It may be left out."
        autosize
        minRows={2}
        maxLength={1_000}
        data-autofocus
        {...form.text("note")}
      />
    )}
  />
);
