import { CONNECTED_APPS_URL } from "../parts.tsx";

export const Mail = ({ to }: { to: string }) => <a href={`mailto:${to}`}>{to}</a>;

export const ConnectedApps = () => <a href={CONNECTED_APPS_URL}>tiktok.com/setting/connected-apps</a>;
