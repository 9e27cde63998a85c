import { PageHead } from "../kit/PageHead.tsx";
import { Explorer } from "./Explorer.tsx";

/** The usage of everybody, to be asked anything. */
export const Usage = () => (
  <>
    <PageHead title="Usage" about="Grouped and filtered as you like; every view is a link, and every view a file." />
    <Explorer />
  </>
);
