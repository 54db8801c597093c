import type { Creator } from "../../../domain/records/creator.ts";
import { listCreators } from "../../api.ts";
import { sawData } from "../../state/shell.ts";
import { ListModel } from "../../ui/list/list-model.ts";

/** The roster's rows, kept while the app is open: a record finds its neighbours here. */
export const creatorList = new ListModel<Creator>(async (query, signal) => {
  const page = await listCreators(query, signal);
  sawData(page.items.map(({ figures }) => figures.asOf));
  return page;
});
