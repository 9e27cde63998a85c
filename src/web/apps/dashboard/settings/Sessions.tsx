import { Badge } from "@mantine/core";
import type { AdminSession } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import { browserName } from "../kit/browser-name.ts";
import type { Column } from "../kit/DataTable.tsx";
import { List } from "../kit/List.tsx";
import { When } from "../kit/When.tsx";
import { adminApi } from "../session.tsx";

const COLUMNS: readonly Column<AdminSession>[] = [
  {
    title: "Who",
    value: ({ name }) => name,
    show: ({ name, current }) => (
      <span>
        {name}{" "}
        {current && (
          <Badge variant="light" tt="none">
            this one
          </Badge>
        )}
      </span>
    ),
  },
  { title: "Role", value: ({ role }) => role },
  { title: "From", value: ({ address }) => address },
  {
    title: "Browser",
    value: ({ agent }) => agent,
    show: ({ agent }) => <span title={agent ?? undefined}>{agent ? browserName(agent) : "–"}</span>,
  },
  { title: "Since", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
  { title: "Ends", value: ({ expires_at }) => expires_at, show: ({ expires_at }) => <When at={expires_at} /> },
  {
    title: "End",
    value: () => null,
    acts: true,
    show: ({ id, name, current }) =>
      current ? null : (
        <Act
          label="End"
          title={`Sign ${name} out there?`}
          danger
          done="The session is ended"
          act={() => adminApi.remove(`sessions/${id}`)}
        >
          That browser is shown the door with its next request.
        </Act>
      ),
  },
];

/** Browsers that are signed in: an owner sees everybody's, others their own. */
export const Sessions = () => (
  <List title="Sessions" path="sessions" columns={COLUMNS} empty="Nobody is signed in by a browser." />
);
