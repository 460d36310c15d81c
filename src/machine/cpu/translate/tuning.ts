/** The numbers that steer the translator. None of them is visible to the guest: they decide what is translated when, never what it does. */
export const TUNING = {
  // When.
  /** Runs of a block until it is translated. */
  hot: 600,
  /** So many times as many if it would be a short one: soon a caller is hot that takes it in. */
  larger: 2,
  /** Ticks to wait for each instruction translated: long enough to pay, short while the interpreter is still cold. */
  patience: 1000,
  // How much.
  /**
   * Instructions of a region at first. A JavaScript engine counts what it interprets of a function, and compiles it the later the longer it is: code that
   * is run through once in a long round gets fast soonest in short regions.
   */
  first: 100,
  /** Instructions, pages and characters of a region: JavaScript engines do not optimize functions of any size. */
  mostInstructions: 500,
  mostPages: 12,
  mostSource: 60_000,
  /** A block that ran so many times less often than the hot one is left out. */
  rarely: 50,
  /** When regions are made again, one of so many instructions is not taken into others: they go on where it begins. */
  alone: 40,
  /** Destinations of one indirect branch that are remembered. */
  mostTargets: 24,
  // How long at a time: new functions are left often, so that the JavaScript engine replaces its first versions; later rarely.
  /** Runs for which a region is new. */
  newRuns: 400,
  /** Ticks of one run while it is, and afterwards. */
  newBudget: 20_000,
  budget: 4_000_000,
  // What becomes of it: a region that keeps leaving after a few instructions costs more than it saves.
  /** Runs until a region is judged. */
  trial: 2000,
  /** And until it is judged again where it was too soon to make another. */
  again: 200,
  /** Mean instructions of a run below which it is dropped, and from which it is left as it is. */
  worth: 4,
  long: 400,
  /**
   * Below this, it is made again with what other regions begin with: a few that go on in each other are dearer than code compiled twice. Not where more
   * than so many take turns: all of a round would be compiled again and again, each time from another place of it.
   */
  brief: 100,
  turns: 8,
  /** Between the two it is made again, so many times at most, if by now it would be larger by this factor. */
  attempts: 4,
  grown: 1.01,
  /** So many times an access may stray before its instruction is translated otherwise. */
  strays: 300,
  /** A region whose pages are not what they were is looked at again each time it was wanted so often. */
  refusals: 64,
} as const;
