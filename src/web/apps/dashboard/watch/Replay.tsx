import type { Webhook } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import { adminApi } from "../session.tsx";

/** Has an event applied again. */
export const Replay = ({ webhook: { id, type } }: { readonly webhook: Pick<Webhook, "id" | "type"> }) => (
  <Act
    label="Replay"
    title={`Apply ${type} again?`}
    done="It is applied again within seconds"
    act={() => adminApi.post(`webhooks/${id}/replay`)}
  >
    Nothing happens twice: what is applied is what Razorpay's books say now of what the event is about.
  </Act>
);
