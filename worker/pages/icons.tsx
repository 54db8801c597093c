import {
  ArrowRight,
  ChartNoAxesColumn,
  Check,
  ChevronRight,
  CircleCheck,
  Clock,
  Eye,
  Globe,
  type IconNode,
  Play,
  TriangleAlert,
  Unlink,
  User,
  X,
} from "lucide";

const ICONS = {
  arrow: ArrowRight,
  chart: ChartNoAxesColumn,
  check: Check,
  chevron: ChevronRight,
  done: CircleCheck,
  clock: Clock,
  eye: Eye,
  globe: Globe,
  play: Play,
  warning: TriangleAlert,
  unlink: Unlink,
  user: User,
  cross: X,
} as const satisfies Record<string, IconNode>;

export type IconName = keyof typeof ICONS;

/** An arrow or a chevron points along the text, so it turns round in Arabic; a clock does not. */
const TURNS: readonly IconName[] = ["arrow", "chevron"];

/** A lucide icon drawn inline: no request, no script. Always beside a word, so hidden from readers. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg
    class={TURNS.includes(name) ? "icon turns" : "icon"}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {ICONS[name].map(([Shape, attributes]) => (
      <Shape {...attributes} />
    ))}
  </svg>
);

/** The mark: three lines of a ledger, the middle one ending in a LIVE dot. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
    <rect class="mark-paper" width="20" height="20" rx="5" />
    <path class="mark-lines" d="M5.8 5.5h8.4M5.8 10h5.4M5.8 14.5h8.4" />
    <circle class="mark-live" cx="13.6" cy="10" r="1.2" />
  </svg>
);
