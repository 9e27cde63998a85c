import { Button } from "@mantine/core";
import { Link } from "wouter";
import { PageHead } from "../kit/PageHead.tsx";
import { InvoiceList } from "./InvoiceList.tsx";

/** Everything that was billed. */
export const Invoices = () => (
  <>
    <PageHead
      title="Invoices"
      about="Tax invoices, newest first: of plans, of prepaid credit, and of usage beyond a plan."
    >
      <Button component={Link} href="/collections/ageing" variant="default" size="xs">
        Who owes what
      </Button>
    </PageHead>
    <InvoiceList title="All invoices" />
  </>
);
