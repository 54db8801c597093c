import { CircleX, RotateCw } from "lucide";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { useTitle } from "../../ui/PageHeader.tsx";
import "./not-found.css";

/** The page itself is at fault, not what was asked for. */
export function Crashed({ onRetry }: { onRetry: () => void }) {
  useTitle("This page stopped");
  return (
    <div class="lost" role="alert">
      <EmptyState
        icon={CircleX}
        title="This page stopped working"
        actions={
          <>
            <Button look="ink" icon={RotateCw} onClick={onRetry}>
              Draw it again
            </Button>
            <LinkButton href="/app/creators">Go to Creators</LinkButton>
          </>
        }
      >
        An error in the page, not in your data: what was saved is saved. If it stops again, load the page anew.
      </EmptyState>
    </div>
  );
}
