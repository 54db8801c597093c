import { forgetFaces } from "../../state/faces.ts";
import { forgetLive } from "../../state/live.ts";
import { forgetSession } from "../../state/session.ts";
import { creatorList } from "../creators/creator-list.ts";

/** Nothing of one person's stays for the next one at the same browser. */
export function forgetEverything(): void {
  forgetSession();
  forgetLive();
  forgetFaces();
  creatorList.forget();
}
