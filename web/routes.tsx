import { useEffect } from "preact/hooks";
import { LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { CrashBoundary } from "./pages/not-found/CrashBoundary.tsx";
import { NotFound } from "./pages/not-found/NotFound.tsx";
import { StalePage } from "./pages/not-found/StalePage.tsx";
import { Shell } from "./pages/shell/Shell.tsx";
import { Toaster } from "./ui/Toaster.tsx";

/** A page that is loaded when it is gone to; after a deployment its old file may be gone. */
const page = <Props,>(load: () => Promise<{ default: (props: Props) => preact.VNode | null }>) =>
  lazy<(props: Props) => preact.VNode | null>(() => load().catch(() => ({ default: StalePage })));

const SignIn = page(() => import("./pages/sign-in/SignIn.tsx"));
const Register = page(() => import("./pages/sign-in/Register.tsx"));
const Forgot = page(() => import("./pages/recovery/Forgot.tsx"));
const Reset = page(() => import("./pages/recovery/Reset.tsx"));
const Confirm = page(() => import("./pages/recovery/Confirm.tsx"));
const Creators = page(() => import("./pages/creators/Creators.tsx"));
const CreatorRecord = page(() => import("./pages/creator/CreatorRecord.tsx"));
const LiveWall = page(() => import("./pages/live/LiveWall.tsx"));
const Invitation = page(() => import("./pages/invitation/Invitation.tsx"));
const AccountPage = page(() => import("./pages/account/AccountPage.tsx"));
const Members = page(() => import("./pages/settings/Members.tsx"));
const Security = page(() => import("./pages/settings/Security.tsx"));
const ApiKeys = page(() => import("./pages/settings/ApiKeys.tsx"));
const OperationalLog = page(() => import("./pages/settings/OperationalLog.tsx"));
const Webhooks = page(() => import("./pages/settings/webhooks/Webhooks.tsx"));
const WebhookPage = page(() => import("./pages/settings/webhooks/WebhookPage.tsx"));
const Audit = page(() => import("./pages/settings/Audit.tsx"));
const LiveSessionPage = page(() => import("./pages/session/LiveSessionPage.tsx"));

const SIGNED_OUT_PATHS = new Set(["/app/sign-in", "/app/register", "/app/forgot", "/app/reset", "/app/confirm"]);

/** Pages of somebody who is not signed in, or not yet. */
const isSignedOutPath = (path: string): boolean => SIGNED_OUT_PATHS.has(path) || path.startsWith("/app/invitation/");

export const App = () => (
  <LocationProvider scope="/app">
    <CrashBoundary>
      <Pages />
    </CrashBoundary>
    <Toaster />
  </LocationProvider>
);

/** Signing in has a page of its own; everything else stands inside the shell. */
function Pages() {
  const { path } = useLocation();
  if (isSignedOutPath(path)) {
    return (
      <Router>
        <Route path="/app/sign-in" component={SignIn} />
        <Route path="/app/register" component={Register} />
        <Route path="/app/forgot" component={Forgot} />
        <Route path="/app/reset" component={Reset} />
        <Route path="/app/confirm" component={Confirm} />
        <Route path="/app/invitation/:token" component={Invitation} />
        <Route default component={NotFound} />
      </Router>
    );
  }
  return (
    <Shell>
      <CrashBoundary place={path}>
        <Router>
          <Route path="/app" component={GoTo} to="/app/creators" />
          <Route path="/app/creators" component={Creators} />
          <Route path="/app/creators/:id" component={CreatorRecord} />
          <Route path="/app/live" component={LiveWall} />
          <Route path="/app/live/sessions/:id" component={LiveSessionPage} />
          <Route path="/app/settings" component={GoTo} to="/app/settings/members" />
          <Route path="/app/settings/account" component={AccountPage} />
          <Route path="/app/settings/members" component={Members} />
          <Route path="/app/settings/security" component={Security} />
          <Route path="/app/settings/keys" component={ApiKeys} />
          <Route path="/app/settings/log" component={OperationalLog} />
          <Route path="/app/settings/webhooks" component={Webhooks} />
          <Route path="/app/settings/webhooks/:id" component={WebhookPage} />
          <Route path="/app/settings/audit" component={Audit} />
          <Route default component={NotFound} />
        </Router>
      </CrashBoundary>
    </Shell>
  );
}

/** An address that stands for another: the app opens on its roster, the settings on their first page. */
function GoTo({ to }: { to: string }) {
  const { route } = useLocation();
  useEffect(() => route(to, true), [to, route]);
  return null;
}
