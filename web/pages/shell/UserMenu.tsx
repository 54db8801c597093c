import { Ellipsis, LogOut, Monitor, Moon, Sun, UserRound } from "lucide";
import { useLocation } from "preact-iso";
import { signOut } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { THEMES, theme } from "../../state/preferences.ts";
import { me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Menu, type MenuEntry } from "../../ui/Menu.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { forgetEverything } from "./forget.ts";

const THEME_WORDS = { system: "As the system", light: "Light", dark: "Dark" } as const;
const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function UserMenu() {
  const { route } = useLocation();
  const signed = me.value;
  if (!signed) {
    return (
      <div class="nav-user">
        <Skeleton width="l" />
      </div>
    );
  }

  const leave = async () => {
    try {
      await signOut();
    } catch (thrown) {
      toast("error", `You are still signed in. ${asApiError(thrown).detail}`);
      return;
    }
    forgetEverything();
    route("/app/sign-in");
  };

  const entries: MenuEntry[] = [
    { kind: "heading", label: signed.user.email },
    { kind: "action", label: "Your account", icon: UserRound, onSelect: () => route("/app/settings/account") },
    { kind: "line" },
    { kind: "heading", label: "Theme" },
    ...THEMES.map(
      (name): MenuEntry => ({
        kind: "action",
        label: THEME_WORDS[name],
        icon: THEME_ICONS[name],
        chosen: theme.value === name,
        onSelect: () => {
          theme.value = name;
        },
      }),
    ),
    { kind: "line" },
    { kind: "action", label: "Sign out", icon: LogOut, onSelect: () => void leave() },
  ];

  return (
    <Menu
      label="Your account"
      entries={entries}
      trigger={(trigger) => (
        <button {...trigger} type="button" class="nav-user" aria-label={`Your account: ${signed.user.name}`}>
          <Avatar name={signed.user.name} size={28} />
          <span class="nav-user-words nav-wide">
            <strong>{signed.user.name}</strong>
            <span class="nav-role">{signed.role}</span>
          </span>
          <span class="nav-wide">
            <Icon icon={Ellipsis} />
          </span>
        </button>
      )}
    />
  );
}
