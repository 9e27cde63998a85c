import { Component, type ReactNode } from "react";
import { Trouble } from "../../shared/Trouble.tsx";

interface Props {
  /** Where one is: on another page it is tried again. */
  readonly at: string;
  readonly children: ReactNode;
}

/** Says that a page broke, or that its code could not be fetched, instead of leaving an empty window. */
export class Boundary extends Component<Props, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (before.at !== this.props.at && this.state.error) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Trouble error={error} title="This page cannot be shown" onRetry={() => location.reload()} />;
  }
}
