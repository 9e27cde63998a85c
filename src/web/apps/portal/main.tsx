import { mount } from "../shared/mount.tsx";
import { Portal } from "./Portal.tsx";

mount(<Portal />);
