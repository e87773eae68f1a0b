// How long the model takes on this device.

const ROUNDS = 5;
const ROUND_MS = 40; // Clocks of browsers tick as seldom as once in a millisecond.
const MAX_RUNS = 20000;

/** The median of rounds that are long enough for the clock: milliseconds of an inference, and inferences of a round. */
export async function measured(compiled, input) {
  const round = async runs => {
    const start = performance.now();
    for (let run = 0; run < runs; run++) {
      for (const output of await compiled.run([input])) output.delete();
    }
    const took = performance.now() - start;
    // The page answers to its user in between.
    await new Promise(resolve => setTimeout(resolve));
    return took;
  };
  let runs = 1;
  for (;;) {
    const took = await round(runs);
    if (took >= ROUND_MS || runs >= MAX_RUNS) break;
    runs = Math.min(MAX_RUNS, took > 0 ? Math.max(2 * runs, Math.ceil(runs * ROUND_MS / took)) : 4 * runs);
  }
  const rounds = [];
  for (let number = 0; number < ROUNDS; number++) rounds.push(await round(runs) / runs);
  return {median_ms: rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)], runs};
}
