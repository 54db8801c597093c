import { ArrowDownUp, Maximize, Menu as MenuIcon, Minimize, RadioTower, Users } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, weekday } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { link, liveCount, liveItems, totals, tracking } from "../../state/live.ts";
import { WALL_SORTS, type WallSort, wallSort } from "../../state/preferences.ts";
import { me, tenantTimeZone } from "../../state/session.ts";
import { navSheetOpen } from "../../state/shell.ts";
import { toast } from "../../state/toasts.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button, IconButton, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { useTitle } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { Attention } from "./Attention.tsx";
import { Spoken } from "./Spoken.tsx";
import { Waiting } from "./Waiting.tsx";
import { WallCard, WallRow } from "./WallCard.tsx";
import { WallFooter } from "./WallFooter.tsx";
import { WallHero } from "./WallHero.tsx";
import { useWallOrder } from "./wall-order.ts";
import "./wall.css";

/** Beyond these the rest is a line each. */
const CARDS = 8;

const SORT_WORDS: Record<WallSort, string> = {
  diamonds: "Diamonds",
  viewers: "Viewers",
  started: "Newest first",
  name: "Name",
};

/** Everybody who is LIVE, as large as the room needs; dark when it fills a screen. */
export default function LiveWall() {
  useTitle("LIVE");
  const wall = useRef<HTMLDivElement>(null);
  const full = useFullScreen(wall);
  return (
    <div ref={wall} class="wall" data-theme={full.on ? "dark" : undefined}>
      <header class="wall-head">
        <span class="page-nav-button">
          <IconButton
            icon={MenuIcon}
            label="Open the navigation"
            onClick={() => {
              navSheetOpen.value = true;
            }}
          />
        </span>
        {full.on && me.value ? (
          <>
            <Avatar name={me.value.tenant.name} size={28} square />
            <strong class="wall-title">{me.value.tenant.name}</strong>
          </>
        ) : null}
        <h1 class={full.on ? "wall-quiet wall-title-quiet" : "wall-title"}>LIVE</h1>
        <span class="wall-now">
          <span class="wall-quiet">{weekday(everyHalfMinute.value)}</span>
          <strong>{clock(everyHalfMinute.value)}</strong>
          <span class="wall-quiet">{cityOf(tenantTimeZone.value)}</span>
          <SortMenu />
          <IconButton
            icon={full.on ? Minimize : Maximize}
            label={full.on ? "Leave full screen" : "Full screen"}
            onClick={full.toggle}
          />
        </span>
      </header>
      <Contents onScreen={full.on} />
      <Spoken />
    </div>
  );
}

/** `onScreen`: nobody is near who could press anything. */
function Contents({ onScreen }: { onScreen: boolean }) {
  if (link.value === "refused") {
    return (
      <div class="wall-part wall-empty">
        <EmptyState icon={RadioTower} title="LIVE is not open to your role">
          Whoever manages the members of your agency can change that.
        </EmptyState>
      </div>
    );
  }
  if (totals.value === null) {
    return (
      <div class="wall-part">
        <SkeletonBlock height="chart" />
        <SkeletonBlock height="rows" />
      </div>
    );
  }
  const tracked = [...tracking.value.values()].filter(({ state }) => state !== "off");
  const nobody = liveCount.value === 0;
  if (nobody && tracked.length === 0 && totals.value.diamondsToday === 0) {
    return (
      <div class="wall-part wall-empty">
        <EmptyState
          icon={RadioTower}
          title="No LIVE is tracked yet"
          actions={
            <LinkButton look="ink" icon={Users} href="/app/creators?connection=active">
              Connected creators
            </LinkButton>
          }
        >
          Open a connected creator and switch LIVE on. It starts once the creator has consented.
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      <WallHero totals={totals.value} />
      {nobody ? <Waiting tracked={tracked} /> : <Cards />}
      {onScreen ? null : <Attention tracked={tracked} />}
      <WallFooter tracked={tracked} />
    </>
  );
}

function Cards() {
  const [held, setHeld] = useState(false);
  const order = useWallOrder(liveItems.value, wallSort.value, held);
  const rest = order.slice(CARDS);
  return (
    <div
      class="wall-part"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <ul class="wall-cards">
        {order.slice(0, CARDS).map((id) => (
          <li key={id}>
            <WallCard creatorId={id} />
          </li>
        ))}
      </ul>
      {rest.length > 0 ? (
        <ol class="wall-rows" start={CARDS + 1}>
          {rest.map((id, index) => (
            <li key={id}>
              <WallRow creatorId={id} place={CARDS + 1 + index} />
            </li>
          ))}
        </ol>
      ) : null}
    </div>
  );
}

const SortMenu = () => (
  <Menu
    label="Sort by"
    align="end"
    entries={WALL_SORTS.map((sort) => ({
      kind: "action" as const,
      label: SORT_WORDS[sort],
      chosen: sort === wallSort.value,
      onSelect: () => {
        wallSort.value = sort;
      },
    }))}
    trigger={(trigger) => (
      <Button {...trigger} look="ghost" icon={ArrowDownUp}>
        {SORT_WORDS[wallSort.value]}
      </Button>
    )}
  />
);

/** "Asia/Dubai" → "Dubai". */
const cityOf = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

function useFullScreen(element: { current: HTMLElement | null }): { on: boolean; toggle: () => void } {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const listen = () => setOn(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", listen);
    return () => document.removeEventListener("fullscreenchange", listen);
  }, []);
  const toggle = () => {
    const change = on ? document.exitFullscreen() : element.current?.requestFullscreen();
    change?.catch(() => toast("error", "This browser does not allow full screen here."));
  };
  return { on, toggle };
}
