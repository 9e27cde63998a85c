export { type Notice, NoticeProvider, useTell } from "../../shared/notice.tsx";
