import { Component, type ComponentChildren } from "preact";
import { Crashed } from "./Crashed.tsx";

interface Props {
  /** Going somewhere else ends the crash. */
  place?: string;
  children: ComponentChildren;
}

interface State {
  crashed: Error | null;
}

/** Catches what a page threw while it was drawn; the rest of the app stays usable. */
export class CrashBoundary extends Component<Props, State> {
  override state: State = { crashed: null };

  static override getDerivedStateFromError(thrown: unknown): State {
    return { crashed: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override componentDidCatch(thrown: unknown): void {
    console.error(thrown);
  }

  override componentDidUpdate(before: Props): void {
    if (before.place !== this.props.place && this.state.crashed) this.setState({ crashed: null });
  }

  override render() {
    return this.state.crashed ? <Crashed onRetry={() => this.setState({ crashed: null })} /> : this.props.children;
  }
}
