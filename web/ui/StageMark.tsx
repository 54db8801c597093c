import type { CreatorStage } from "../../domain/records/creator.ts";
import { STAGE_WORDS } from "../words.ts";
import "./StageMark.css";

/** How far along the pipeline a stage is: its circle is filled that far. */
const FILLED: Record<CreatorStage, number> = {
  lead: 0,
  contacted: 0.2,
  interview: 0.4,
  invited: 0.55,
  joined: 0.7,
  onboarding: 0.85,
  active: 1,
  at_risk: 1,
  left: 0,
};

const PIE = 2 * Math.PI * 1.75;

/** One circle that fills up, and the stage's word. */
export const StageMark = ({ stage }: { stage: CreatorStage }) => (
  <span class="stage">
    <StageGlyph stage={stage} />
    {STAGE_WORDS[stage]}
  </span>
);

export function StageGlyph({ stage }: { stage: CreatorStage }) {
  return (
    <svg class={`stage-glyph stage-${stage}`} viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
      {FILLED[stage] === 1 ? (
        <circle cx="7" cy="7" r="6.5" fill="currentColor" />
      ) : (
        <>
          <circle
            cx="7"
            cy="7"
            r="5.75"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-dasharray={stage === "lead" ? "2.2 1.41" : undefined}
          />
          <circle
            cx="7"
            cy="7"
            r="1.75"
            fill="none"
            stroke="currentColor"
            stroke-width="3.5"
            stroke-dasharray={`${FILLED[stage] * PIE} ${PIE}`}
            transform="rotate(-90 7 7)"
          />
        </>
      )}
      {stage === "active" ? <path class="stage-cut" d="M4.2 7.2 6.2 9.2 9.9 5.2" /> : null}
      {stage === "at_risk" ? <path class="stage-cut" d="M7 3.9v3.6M7 10v.1" /> : null}
      {stage === "left" ? <path d="M3 11 11 3" stroke="currentColor" stroke-width="1.5" /> : null}
    </svg>
  );
}
