import { useState } from "preact/hooks";
import { classes } from "./classes.ts";
import "./Avatar.css";

interface AvatarProps {
  name: string;
  /** A picture; without one, or when it has expired at TikTok, the initials are shown. */
  src?: string | null;
  /** CSS pixels; one of the sizes of the look. */
  size?: 20 | 28 | 32 | 40 | 56;
  /** A vermilion ring: this creator is LIVE. */
  live?: boolean;
  square?: boolean;
}

/** Decoration beside a name, so a screen reader hears the name once. */
export function Avatar({ name, src = null, size = 28, live = false, square = false }: AvatarProps) {
  const [failed, setFailed] = useState<string | null>(null);
  return (
    <span
      class={classes(
        "avatar",
        `avatar-${size}`,
        `avatar-tint-${tintOf(name)}`,
        live && "avatar-live",
        square && "avatar-square",
      )}
      aria-hidden="true"
    >
      {src !== null && src !== failed ? (
        <img
          src={src}
          alt=""
          width={size}
          height={size}
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => setFailed(src)}
        />
      ) : (
        initialsOf(name)
      )}
    </span>
  );
}

/** "Layal Zorani" → "LZ", "ottobash" → "OT". Letters of any script; never half a surrogate pair. */
export function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
  const [first = "?", ...rest] = words;
  const last = rest.at(-1);
  const letters = last ? [...first].slice(0, 1).concat([...last].slice(0, 1)) : [...first].slice(0, 2);
  return letters.join("").toUpperCase();
}

/** One of six tints, always the same for a name (FNV-1a). */
export function tintOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) % 6;
}
