import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { whenHindered, whenSignedOut } from "../../http.ts";
import { openLiveSocket } from "../../socket.ts";
import { navCollapsed } from "../../state/preferences.ts";
import { loadSession, me, meError, needsSecondFactor, reloadMe } from "../../state/session.ts";
import { askForProof } from "../../state/step-up.ts";
import { undoLatest } from "../../state/toasts.ts";
import { classes } from "../../ui/classes.ts";
import { isTablet } from "../../ui/media.ts";
import { ErrorState } from "../../ui/Notice.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { forgetEverything } from "./forget.ts";
import { Nav } from "./Nav.tsx";
import { NavSheet } from "./NavSheet.tsx";
import { StepUp } from "./StepUpDialog.tsx";
import { VerifyBanner } from "./VerifyBanner.tsx";
import "./shell.css";

/** Where a second factor is set up, for who is asked for one. */
const ACCOUNT = "/app/settings/account";

/** What stands around every page of somebody who is signed in. */
export function Shell({ children }: { children: ComponentChildren }) {
  useSession();
  useKeys({ z: () => void undoLatest() });
  const error = meError.value;
  return (
    <div class={classes("shell", (navCollapsed.value || isTablet.value) && "shell-narrow")}>
      <a class="skip-link" href="#main">
        Skip to the page
      </a>
      <aside class="shell-nav">
        <Nav />
      </aside>
      <NavSheet />
      <div class="shell-page">
        <VerifyBanner />
        <main id="main" class="shell-main" tabIndex={-1}>
          {error && error.status !== 401 ? (
            <div class="shell-error">
              <ErrorState title="Could not load your account" error={error} onRetry={() => void loadSession()} />
            </div>
          ) : null}
          {children}
        </main>
      </div>
      <StepUp />
    </div>
  );
}

/** Knows who is signed in, keeps the socket open, and leads to what the server asks for before it goes on. */
function useSession(): void {
  const { path, route, url } = useLocation();
  const leave = useRef(() => {});
  leave.current = () => {
    if (location.pathname === "/app/sign-in") return;
    const here = location.pathname + location.search;
    forgetEverything();
    route(`/app/sign-in?next=${encodeURIComponent(here)}`, true);
  };
  useEffect(() => {
    whenSignedOut(() => leave.current());
    whenHindered("step_up_required", askForProof);
    whenHindered("totp_setup_required", async () => {
      await reloadMe();
      return false;
    });
    if (!me.peek()) void loadSession();
  }, []);
  const locked = needsSecondFactor.value;
  useEffect(() => {
    if (locked && path !== ACCOUNT) route(ACCOUNT, true);
  }, [locked, path, route]);
  const known = me.value !== null && !locked;
  useEffect(() => {
    if (!known) return;
    const socket = openLiveSocket(() => leave.current());
    return () => socket.close();
  }, [known]);
  useEffect(() => {
    document.getElementById("main")?.scrollTo(0, 0);
  }, [url]);
}
