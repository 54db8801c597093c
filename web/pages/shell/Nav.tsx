import { signal } from "@preact/signals";
import {
  History,
  KeyRound,
  PanelLeft,
  RadioTower,
  RefreshCw,
  ScrollText,
  Search,
  Settings,
  ShieldCheck,
  UserCog,
  Users,
  Webhook,
  WifiOff,
} from "lucide";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { listCreators } from "../../api.ts";
import { asOf, count } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { link, liveCount } from "../../state/live.ts";
import { navCollapsed } from "../../state/preferences.ts";
import { searchWanted } from "../../state/search.ts";
import { can, me } from "../../state/session.ts";
import { dataAsOf, navSheetOpen } from "../../state/shell.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { LiveDot } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { isTablet } from "../../ui/media.ts";
import { Num } from "../../ui/Num.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { UserMenu } from "./UserMenu.tsx";

export function Nav() {
  const { path, route } = useLocation();
  const creators = useCreatorCount();
  const under = (section: string) => (path === section || path.startsWith(`${section}/`) ? "page" : undefined);
  return (
    <div class="nav">
      <div class="nav-tenant">
        {me.value ? (
          <>
            <Avatar name={me.value.tenant.name} size={20} square />
            <strong class="nav-tenant-name nav-wide">{me.value.tenant.name}</strong>
          </>
        ) : (
          <Skeleton width="m" />
        )}
        {isTablet.value ? null : (
          <span class="nav-collapse">
            <IconButton
              icon={PanelLeft}
              label={navCollapsed.value ? "Widen the navigation" : "Narrow the navigation"}
              mirrored
              aria-expanded={!navCollapsed.value}
              onClick={() => {
                navCollapsed.value = !navCollapsed.value;
              }}
            />
          </span>
        )}
      </div>

      <button
        type="button"
        class="nav-search"
        aria-label="Search creators"
        onClick={() => {
          searchWanted.value = true;
          navSheetOpen.value = false;
          if (path !== "/app/creators") route("/app/creators");
        }}
      >
        <Icon icon={Search} size={14} />
        <span class="nav-wide nav-search-word">Search</span>
        <span class="nav-wide">
          <Kbd>/</Kbd>
        </span>
      </button>

      <nav aria-label="Main">
        <ul class="nav-list">
          <li>
            <a class="nav-item" href="/app/creators" aria-current={under("/app/creators")} title="Creators">
              <Icon icon={Users} />
              <span class="nav-wide nav-word">Creators</span>
              {creators === null ? null : <Num class="nav-wide nav-count">{count(creators)}</Num>}
            </a>
          </li>
          <li>
            <a class="nav-item" href="/app/live" aria-current={under("/app/live")} title="LIVE">
              <Icon icon={RadioTower} />
              <span class="nav-wide nav-word">LIVE</span>
              {liveCount.value > 0 ? (
                <span class="nav-live">
                  <LiveDot />
                  <Num class="nav-wide">{liveCount.value}</Num>
                  <span class="hidden-text">LIVE now</span>
                </span>
              ) : null}
            </a>
          </li>
          {can("members.manage") ? <SettingsItem path={path} /> : null}
        </ul>
      </nav>

      <div class="nav-end">
        <Freshness />
        <UserMenu />
      </div>
    </div>
  );
}

const SETTINGS = [
  { href: "/app/settings/members", label: "Members", icon: UserCog, right: "members.manage" },
  { href: "/app/settings/security", label: "Security", icon: ShieldCheck, right: "settings.manage" },
  { href: "/app/settings/keys", label: "API keys", icon: KeyRound, right: "keys.manage" },
  { href: "/app/settings/webhooks", label: "Webhooks", icon: Webhook, right: "webhooks.manage" },
  { href: "/app/settings/audit", label: "Audit log", icon: History, right: "audit.see" },
  { href: "/app/settings/log", label: "Operational log", icon: ScrollText, right: "log.read" },
] as const;

/** The settings, and its pages once one is there. */
function SettingsItem({ path }: { path: string }) {
  const inside = path.startsWith("/app/settings");
  return (
    <li>
      <a class="nav-item" href="/app/settings/members" title="Settings">
        <Icon icon={Settings} />
        <span class="nav-wide nav-word">Settings</span>
      </a>
      {inside ? (
        <ul class="nav-list nav-under" aria-label="Settings">
          {SETTINGS.filter(({ right }) => can(right)).map(({ href, label, icon }) => (
            <li key={href}>
              <a
                class="nav-item"
                href={href}
                aria-current={path === href || path.startsWith(`${href}/`) ? "page" : undefined}
                title={label}
              >
                <Icon icon={icon} />
                <span class="nav-wide nav-word">{label}</span>
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

const rosterSize = signal<number | null>(null);

function useCreatorCount(): number | null {
  const tenant = me.value?.tenant.id;
  const allowed = can("creators.see");
  useEffect(() => {
    if (!tenant || !allowed) return;
    // An ornament: without it the navigation is still one.
    listCreators({ limit: 1, count: true })
      .then((page) => {
        rosterSize.value = page.total ?? null;
      })
      .catch(() => {});
  }, [tenant, allowed]);
  return rosterSize.value;
}

/** How old the newest of TikTok's data on the screen is, or that nothing new comes in. */
function Freshness() {
  if (link.value === "reconnecting") {
    return (
      <p class="nav-fresh nav-fresh-lost" role="status">
        <Icon icon={WifiOff} size={14} />
        <span class="nav-wide">Reconnecting…</span>
      </p>
    );
  }
  if (dataAsOf.value === null) return null;
  return (
    <p class="nav-fresh">
      <Icon icon={RefreshCw} size={12} />
      <span class="nav-wide">TikTok data {asOf(dataAsOf.value, everyHalfMinute.value)}</span>
    </p>
  );
}
