import { mount } from "../shared/mount.tsx";
import { arrive } from "./arrival.ts";
import { Portal } from "./Portal.tsx";

const { token, ...look } = arrive();
mount(<Portal brought={token} />, look);
