import { Stack } from "@mantine/core";
import { PageHead } from "../kit/PageHead.tsx";
import { AdminKeys } from "./AdminKeys.tsx";
import { Sessions } from "./Sessions.tsx";

/** Who may come in here, and who has. */
export const Administrators = () => (
  <>
    <PageHead
      title="Administrators"
      about="Owners change everything, finance what is billed; support only looks. What each did stands in the audit log."
    />
    <Stack>
      <AdminKeys />
      <Sessions />
    </Stack>
  </>
);
