import { Check, CircleDashed, Clock, EyeOff, type IconNode, Mail, TriangleAlert, Unlink } from "lucide";
import type { Creator } from "../../../domain/records/creator.ts";
import { Mark, type Meaning } from "../../ui/Badge.tsx";
import { CONNECTION_WORDS } from "../../words.ts";

interface Look {
  icon: IconNode;
  meaning: Meaning;
  word: string;
  title?: string;
}

/** What stands between us and this creator's numbers, the gravest first. */
function lookOf({ connection, syncError, liveTracking }: Creator["figures"]): Look {
  switch (connection) {
    case "none":
      return { icon: CircleDashed, meaning: "neutral", word: CONNECTION_WORDS.none };
    case "invited":
      return { icon: Mail, meaning: "neutral", word: CONNECTION_WORDS.invited };
    case "expired":
      return {
        icon: Clock,
        meaning: "warning",
        word: CONNECTION_WORDS.expired,
        title: "The creator must connect again",
      };
    case "revoked":
    case "disconnected":
      return { icon: Unlink, meaning: "danger", word: CONNECTION_WORDS[connection] };
    case "active":
      if (syncError) return { icon: TriangleAlert, meaning: "warning", word: "Sync failing", title: syncError };
      if (!liveTracking)
        return { icon: EyeOff, meaning: "neutral", word: "LIVE off", title: "Connected; LIVE is not tracked" };
      return { icon: Check, meaning: "neutral", word: CONNECTION_WORDS.active };
  }
}

export function ConnectionMark({ figures }: { figures: Creator["figures"] }) {
  const { icon, meaning, word, title } = lookOf(figures);
  return (
    <Mark icon={icon} meaning={meaning} title={title}>
      {word}
    </Mark>
  );
}
