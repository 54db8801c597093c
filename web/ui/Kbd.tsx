import "./Kbd.css";

/** A key that does the same as what it stands beside. */
export const Kbd = ({ children }: { children: string }) => <kbd class="kbd">{children}</kbd>;
