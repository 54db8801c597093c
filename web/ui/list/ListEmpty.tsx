import { ListFilter, Plus } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { plural } from "../../format.ts";
import { Button } from "../Button.tsx";
import { EmptyState } from "../EmptyState.tsx";
import type { ListDefinition } from "./definition.ts";
import type { ListUrl } from "./list-url.ts";

interface ListEmptyProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  url: ListUrl;
  create: { label: string; open: () => void } | undefined;
}

/** Nothing to show, for one of two reasons: there is nothing yet, or nothing fits the question. */
export function ListEmpty<Row extends { id: string }>({ definition, url, create }: ListEmptyProps<Row>) {
  const conditions = conditionsOf(url);
  return (
    <div class="list-message">
      {conditions.length > 0 ? (
        <NoMatch key={JSON.stringify(url.query)} definition={definition} url={url} conditions={conditions} />
      ) : (
        <EmptyState
          icon={definition.empty.icon}
          title={definition.empty.title}
          actions={
            create ? (
              <Button look="ink" icon={Plus} kbd="C" onClick={create.open}>
                {create.label}
              </Button>
            ) : null
          }
        >
          {definition.empty.text}
        </EmptyState>
      )}
    </div>
  );
}

interface Condition {
  field: string;
  words: string;
}

const conditionsOf = (url: ListUrl): Condition[] => [
  ...url.chosen.map(({ field, label, valueLabel }) => ({ field, words: `${label} is ${valueLabel}` })),
  ...(url.q ? [{ field: "q", words: url.q }] : []),
];

interface NoMatchProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  url: ListUrl;
  conditions: readonly Condition[];
}

/** Names the one condition whose end brings back the most rows. */
function NoMatch<Row extends { id: string }>({ definition, url, conditions }: NoMatchProps<Row>) {
  const best = useBestToDrop(definition, url, conditions);
  const { noun } = definition;
  const [only] = conditions;
  return (
    <EmptyState
      icon={ListFilter}
      title={
        conditions.length === 1 && only
          ? `Nothing matches “${only.words}”`
          : `Nothing matches these ${conditions.length} conditions`
      }
      actions={
        <>
          {best && conditions.length > 1 ? (
            <Button
              onClick={() => url.set({ [best.condition.field]: null })}
            >{`Remove “${best.condition.words}”`}</Button>
          ) : null}
          <Button look={conditions.length > 1 ? "ghost" : "plain"} onClick={url.clear}>
            Clear all
          </Button>
        </>
      }
    >
      {best
        ? `Take away “${best.condition.words}” and ${plural(best.remaining, noun.one, noun.many)} ${best.remaining === 1 ? "remains" : "remain"}.`
        : `No ${noun.one} fits. Change or take away a condition.`}
    </EmptyState>
  );
}

function useBestToDrop<Row extends { id: string }>(
  { model }: ListDefinition<Row>,
  url: ListUrl,
  conditions: readonly Condition[],
): { condition: Condition; remaining: number } | null {
  const [best, setBest] = useState<{ condition: Condition; remaining: number } | null>(null);
  useEffect(() => {
    let left = false;
    const ask = conditions.map(async (condition) => {
      const { [condition.field]: _, ...rest } = url.query;
      return { condition, remaining: (await model.countOf(rest)) ?? 0 };
    });
    void Promise.all(ask).then((answers) => {
      const [most] = answers.filter(({ remaining }) => remaining > 0).toSorted((a, b) => b.remaining - a.remaining);
      if (!left && most) setBest(most);
    });
    return () => {
      left = true;
    };
    // Asked once: the parent makes a new one for another question.
  }, []);
  return best;
}
