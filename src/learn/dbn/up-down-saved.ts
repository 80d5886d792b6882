/** What up-down keeps from one update to the next, by name, in saved states. */

/** What is taught, by name: the weights of each bond both ways, from below, then the top's. */
export function taughtBonds<Bond>(
  directed: readonly { readonly generative: Bond; readonly recognition: Bond }[],
  top: Bond,
): [string, Bond][] {
  return [
    ...directed.flatMap(({ generative, recognition }, l): [string, Bond][] => [
      [`directed.${l + 1}.generative`, generative],
      [`directed.${l + 1}.recognition`, recognition],
    ]),
    ["top", top],
  ];
}

/** Names in saved states: of the momentum of what is taught, of its average, of the updates averaged, and of dreams that go on. */
export const stepOf = (name: string): string => `step.${name}`;
export const averageOf = (name: string): string => `average.${name}`;
export const averageCounter = "average.updates";
export const chains = "chains.hidden";
