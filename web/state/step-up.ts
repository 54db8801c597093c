import { signal } from "@preact/signals";

/** Whoever waits for a proof that it is still the same person; null while nobody does. */
export const waitingForProof = signal<((proven: boolean) => void) | null>(null);

let asked: Promise<boolean> | null = null;

/** Asks the person, once for many requests at the same time. Answers whether they proved it. */
export function askForProof(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    waitingForProof.value = (proven) => {
      waitingForProof.value = null;
      asked = null;
      resolve(proven);
    };
  });
  return asked;
}
