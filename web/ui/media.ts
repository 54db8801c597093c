import { signal } from "@preact/signals";

/** Whether the window fits a media query, as a signal. */
function matching(query: string) {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener("change", () => {
    matches.value = media.matches;
  });
  return matches;
}

/** One column, a sheet for the navigation, lists without a table. */
export const isPhone = matching("(max-width: 767px)");

/** Room for a page, not for a wide navigation beside it. */
export const isTablet = matching("(min-width: 768px) and (max-width: 1023px)");
