import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { navSheetOpen } from "../../state/shell.ts";
import { Nav } from "./Nav.tsx";

/** The navigation on a phone: a sheet from the inline start, modal, closed by going anywhere. */
export function NavSheet() {
  const sheet = useRef<HTMLDialogElement>(null);
  const { url } = useLocation();
  const open = navSheetOpen.value;

  useEffect(() => {
    if (open) sheet.current?.showModal();
    else sheet.current?.close();
  }, [open]);
  useEffect(() => {
    navSheetOpen.value = false;
  }, [url]);
  useEffect(() => {
    const element = sheet.current;
    if (!element) return;
    // A press on the dialog itself is one beside the sheet's content: on the scrim.
    const press = (event: PointerEvent) => {
      if (event.target === element) navSheetOpen.value = false;
    };
    element.addEventListener("pointerdown", press);
    return () => element.removeEventListener("pointerdown", press);
  }, []);

  return (
    <dialog
      ref={sheet}
      class="nav-sheet"
      aria-label="Navigation"
      onClose={() => {
        navSheetOpen.value = false;
      }}
    >
      {open ? <Nav /> : null}
    </dialog>
  );
}
