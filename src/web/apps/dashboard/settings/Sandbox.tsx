import { Stack } from "@mantine/core";
import classes from "../dashboard.module.css";
import { PageHead } from "../kit/PageHead.tsx";
import { ClockCard } from "./ClockCard.tsx";
import { FaultsCard } from "./FaultsCard.tsx";
import { ServedCard } from "./ServedCard.tsx";
import { WatchCard } from "./WatchCard.tsx";

/** Where nothing is real: time can be moved, and things broken. */
export const Sandbox = () => (
  <>
    <PageHead
      title="Sandbox"
      about="The provider and Razorpay are simulated here: move time, break things, and watch what happens."
    />
    <Stack>
      <div className={classes.two}>
        <div className={classes.beside}>
          <ClockCard />
          <ServedCard />
        </div>
        <FaultsCard />
      </div>
      <WatchCard />
    </Stack>
  </>
);
