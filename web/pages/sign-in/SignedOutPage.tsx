import type { ComponentChildren } from "preact";
import { useTitle } from "../../ui/PageHeader.tsx";
import "./sign-in.css";

interface SignedOutPageProps {
  title: string;
  lead: ComponentChildren;
  children: ComponentChildren;
  foot: ComponentChildren;
}

/** The page around the forms of somebody who is not signed in. */
export function SignedOutPage({ title, lead, children, foot }: SignedOutPageProps) {
  useTitle(title);
  return (
    <div class="door">
      <header class="door-brand">
        <a class="door-mark" href="/">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="var(--ink)" />
            <path d="M9 10h14M9 16h9M9 22h14" stroke="var(--on-ink)" stroke-width="3" stroke-linecap="round" />
            <circle cx="23" cy="16" r="2.5" fill="var(--live-bright)" />
          </svg>
          Etica Pro CRM
        </a>
      </header>
      <main class="door-main">
        <h1 class="door-title">{title}</h1>
        <p class="door-lead">{lead}</p>
        {children}
      </main>
      <footer class="door-foot">{foot}</footer>
    </div>
  );
}
