import { ChevronRight, Menu as MenuIcon } from "lucide";
import { type ComponentChildren, Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { navSheetOpen } from "../state/shell.ts";
import { IconButton } from "./Button.tsx";
import { Icon } from "./Icon.tsx";
import "./PageHeader.css";

const NavButton = () => (
  <span class="page-nav-button">
    <IconButton
      icon={MenuIcon}
      label="Open the navigation"
      onClick={() => {
        navSheetOpen.value = true;
      }}
    />
  </span>
);

interface PageHeaderProps {
  title: string;
  /** A number beside the title. */
  aside?: ComponentChildren;
  actions?: ComponentChildren;
}

export const PageHeader = ({ title, aside, actions }: PageHeaderProps) => {
  useTitle(title);
  return (
    <header class="page-header">
      <NavButton />
      <h1 class="page-title">{title}</h1>
      <span class="page-aside">{aside}</span>
      <span class="page-actions">{actions}</span>
    </header>
  );
};

interface BreadcrumbProps {
  trail: readonly { label: string; href: string }[];
  here: string;
  end?: ComponentChildren;
}

export const Breadcrumb = ({ trail, here, end }: BreadcrumbProps) => {
  useTitle(here);
  return (
    <div class="breadcrumb">
      <NavButton />
      <nav class="breadcrumb-trail" aria-label="Where you are">
        {trail.map(({ label, href }) => (
          <Fragment key={href}>
            <a class="breadcrumb-link" href={href}>
              {label}
            </a>
            <Icon icon={ChevronRight} size={14} mirrored />
          </Fragment>
        ))}
        <span class="breadcrumb-here" aria-current="page">
          {here}
        </span>
      </nav>
      <span class="page-actions">{end}</span>
    </div>
  );
};

/** The tab's title while the page stands. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Etica Pro CRM`;
  }, [title]);
}
