import { Badge } from "@mantine/core";

/** States by their colour: what is well, what waits, what went wrong, what is over. */
const COLOURS: Readonly<Record<string, string>> = {
  ...{
    active: "gate",
    ok: "gate",
    paid: "gate",
    applied: "gate",
    settled: "gate",
    done: "gate",
    won: "gate",
    captured: "gate",
  },
  ...{ authenticated: "gate", completed: "gate", delivered: "gate", complete: "gate", repaired: "gate", stop: "gate" },
  ...{ processed: "gate", succeeded: "gate", confirmed: "gate", info: "blue" },
  ...{ open: "orange", pending: "orange", created: "yellow", received: "yellow", claimed: "yellow", sent: "blue" },
  ...{
    unsubscribed: "gray",
    warning: "orange",
    running: "blue",
    debiting: "blue",
    link_sent: "blue",
    waiting: "yellow",
  },
  ...{ failed: "red", halted: "red", suspended: "red", blocked: "red", error: "red", critical: "red", lost: "red" },
  ...{
    "left to you": "red",
    public: "gate",
    moves: "blue",
    must_approve: "orange",
    late: "orange",
    under_review: "orange",
    written_off: "gray",
    appeared: "red",
    gone: "gate",
    "still there": "orange",
    foreign: "gray",
    issued: "blue",
    order_created: "yellow",
    submitted: "blue",
  },
  ...{ upstream_error: "red", interrupted: "red", node_lost: "red", revoked: "red", client_disconnect: "orange" },
};

export const Status = ({ of, label }: { readonly of: string; readonly label?: string }) => (
  <Badge color={COLOURS[of] ?? "gray"} variant="light" tt="none">
    {label ?? of.replaceAll(/[_.]/g, " ")}
  </Badge>
);
