import { SearchX } from "lucide";
import { LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import "./not-found.css";

interface NotFoundProps {
  /** What was looked for; a page unless told. */
  what?: string;
  back?: { href: string; label: string };
}

export const NotFound = ({
  what = "page",
  back = { href: "/app/creators", label: "Go to Creators" },
}: NotFoundProps) => (
  <div>
    <PageHeader title="Not found" />
    <div class="lost">
      <EmptyState
        icon={SearchX}
        title={`There is no ${what} here`}
        actions={<LinkButton href={back.href}>{back.label}</LinkButton>}
      >
        It may have been moved to the trash, the link may be wrong, or your role may not see it.
      </EmptyState>
    </div>
  </div>
);
