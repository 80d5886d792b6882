/** What a sampler is: `init` makes the state, `step` advances it in place. State holds what the next step needs, Info is for onlookers. */
export interface Sampler<State, Info> {
  init(seed: number, chains: number): State;
  step(state: State): Info;
}
