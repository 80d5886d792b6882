/**
 * 200 updates of a 100 × 40 RBM with everything on that could differ between engines: normal initial weights, shuffles, grey
 * levels, momentum, decay, a changing rate. Sent to the browser as text: uses nothing but its arguments.
 */
export async function updates200(harmonium: typeof import("#src/index.js"), threads: number): Promise<string> {
  const random = harmonium.randomStream(3, "data");
  const levels = Uint8Array.from({ length: 500 * 100 }, () => (random.uniform() < 0.3 ? random.index(256) : 0));
  const data = { name: "noise", cases: 500, units: 100, levels };
  const initial = harmonium.initializeRbm(data, { hidden: 40, seed: 9 });
  const optimizer = harmonium.sgd({ rate: { kind: "linear", from: 0.1, to: 0.01 }, momentum: 0.7, weightDecay: 0.001 });
  let rbm = initial;
  for await (const report of harmonium.train(initial, data, {
    epochs: 40,
    batchSize: 100,
    seed: 9,
    threads,
    optimizer,
  })) {
    if (report.update === report.updates) rbm = report.machine();
  }
  return harmonium.parametersSha256(rbm);
}
