import { CloudDownload, RotateCw } from "lucide";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import "./not-found.css";

/** A page's file could not be loaded: the network is away, or a new version took its place. */
export const StalePage = () => (
  <div class="lost" role="alert">
    <EmptyState
      icon={CloudDownload}
      title="This page could not be loaded"
      actions={
        <Button look="ink" icon={RotateCw} onClick={() => location.reload()}>
          Load again
        </Button>
      }
    >
      The connection may be away, or Etica was updated while you worked. Loading again brings the new version.
    </EmptyState>
  </div>
);
