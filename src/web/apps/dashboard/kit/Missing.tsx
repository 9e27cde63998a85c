import { Text } from "@mantine/core";
import { Link } from "wouter";
import classes from "../dashboard.module.css";
import { PageHead } from "./PageHead.tsx";

/** An address that leads nowhere. */
export const Missing = () => (
  <>
    <PageHead title="There is no such page" />
    <Text size="sm">
      The address may be mistyped, or what it named may be gone.{" "}
      <Link href="/" className={classes.link}>
        To the overview
      </Link>
    </Text>
  </>
);
