import { Check, Contrast, RefreshCw } from "lucide";
import type { Confidence as Level } from "../../domain/live-message.ts";
import { CONFIDENCE_WORDS } from "../words.ts";
import { Badge, Mark, type Meaning } from "./Badge.tsx";

const ICONS = { exact: Check, reconciled: RefreshCw, partial: Contrast } as const;
const MEANINGS: Record<Level, Meaning> = { exact: "success", reconciled: "accent", partial: "warning" };

/** How sure a number of diamonds is: glyph and word, why on hover. */
export const Confidence = ({ confidence, reason }: { confidence: Level; reason?: string }) => (
  <Mark icon={ICONS[confidence]} title={reason}>
    {CONFIDENCE_WORDS[confidence]}
  </Mark>
);

export const ConfidenceBadge = ({ confidence }: { confidence: Level }) => (
  <Badge meaning={MEANINGS[confidence]} icon={ICONS[confidence]}>
    {CONFIDENCE_WORDS[confidence]}
  </Badge>
);
