#!/usr/bin/env python3
"""The plain NumPy loop of the same dynamics: the chains are the axis that NumPy runs over.

    network.py glauber|sequential UNITS CHAINS STEPS
    network.py lattice SIDE CHAINS STEPS

Prints one JSON line: seconds, updates, changed. As many steps are taken before the clock starts.
"""

import json
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402 - after the thread counts, which are read at import

rng = np.random.default_rng(1)
float32 = np.float32


def fires(x):
    return rng.random(x.shape, dtype=float32) < 1 / (1 + np.exp(-x))


def symmetric(units):
    """Normal weights of variance 9 / N, no diagonal: the law of network.c."""
    M = np.tril(rng.standard_normal((units, units), dtype=float32) * float32(3 / np.sqrt(units)), -1)
    return M + M.T


def sequential(M, s, steps):
    """One unit after the other in all chains; s [chains, units] float32. M is symmetric: a row is the faster column."""
    changed = 0
    for _ in range(steps):
        for j in range(len(M)):
            new = fires(s @ M[j])
            changed += np.count_nonzero(new != s[:, j])
            s[:, j] = new
    return changed


def glauber(M, s, x, steps):
    """One unit of each chain, drawn at random, with fields x [chains, units] that are kept."""
    changed = 0
    chain = np.arange(len(s))
    for _ in range(steps):
        j = rng.integers(len(M), size=len(s))
        step = fires(x[chain, j]) - s[chain, j]
        s[chain, j] += step
        moved = np.flatnonzero(step)
        x[moved] += step[moved, None] * M[j[moved]]
        changed += len(moved)
    return changed


def lattice(s, steps, weight, bias):
    """A chequerboard's colours in turn; s [chains, side, side] float32."""
    side = s.shape[1]
    y, x = np.indices((side, side))
    changed = 0
    for _ in range(steps):
        for colour in (0, 1):
            on = np.roll(s, 1, 1) + np.roll(s, -1, 1) + np.roll(s, 1, 2) + np.roll(s, -1, 2)
            new = np.where((y + x) % 2 == colour, fires(weight * on + bias), s)
            changed += np.count_nonzero(new != s)
            s[:] = new
    return changed


def main(mode, size, chains, steps):
    units = size * size if mode == "lattice" else size
    s = rng.integers(0, 2, (chains, units)).astype(float32)
    if mode == "lattice":
        grid = s.reshape(chains, size, size)
        run = lambda: lattice(grid, steps, float32(1.6), float32(-3.2))  # noqa: E731
    else:
        M = symmetric(units)
        if mode == "sequential":
            run = lambda: sequential(M, s, steps)  # noqa: E731
        else:
            # a few of its own steps would not bring a large network near equilibrium, where fewer units change
            sequential(M, s, 10)
            x = s @ M
            run = lambda: glauber(M, s, x, steps)  # noqa: E731
    run()
    started, startedCpu = time.perf_counter(), time.process_time()
    changed = run()
    seconds, cpu = time.perf_counter() - started, time.process_time() - startedCpu
    updates = chains * steps * (1 if mode == "glauber" else units)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "updates": updates, "changed": int(changed)}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
