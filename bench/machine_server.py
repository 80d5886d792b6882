"""A server of loops that work on one trained machine: bench/peer_ais.py and bench/peer_pcd.py. One JSON request a line on stdin, one JSON
reply a line on stdout, as bench/peers.py. Started with --threads.

    {"do": "list"}
    {"do": "load", "visible": 784, "hidden": 500, "file": FLOATS}   W, a, c and base logits, one after the other
    {"do": "run", "peer": NAME, ...}                                -> what the loop's runner answers
    {"do": "quit"}
"""

import argparse
import importlib
import json
import os
import sys

from peers import blas_name, cpu_model, fix_threads, settle

REQUESTS = ("list", "load", "run")


class Server:
    def __init__(self, threads, peers, runner):
        self.threads, self.peers, self.runner, self.model = threads, peers, runner, None

    def list(self, request):
        peers, missing = [], []
        for name, (module, _) in self.peers.items():
            try:
                library = importlib.import_module(module)
                if module == "torch":
                    library.set_num_threads(self.threads)
                peers.append({"peer": name, "version": library.__version__})
            except Exception as error:  # a broken install raises anything
                missing.append({"peer": name, "why": str(error)})
        return {"peers": peers, "missing": missing, "threads": self.threads, "blas": blas_name(), "cpu": cpu_model()}

    def load(self, request):
        import numpy as np

        visible, hidden = request["visible"], request["hidden"]
        floats = np.fromfile(request["file"], "<f4")
        sizes = {"W": visible * hidden, "a": visible, "c": hidden, "base": visible}
        if floats.size != sum(sizes.values()):
            raise ValueError(f"{request['file']} has {floats.size} floats, not {sum(sizes.values())}.")
        parts = np.split(floats, np.cumsum(list(sizes.values()))[:-1])
        self.model = dict(zip(sizes, (part.copy() for part in parts)))
        self.model["W"] = self.model["W"].reshape(visible, hidden)
        return {"ready": True}

    def run(self, request):
        reply = self.runner(self.peers[request["peer"]][1], self.model, request)
        settle()
        return reply


def serve(peers, runner):
    """Answers requests until "quit". peers: name -> (module, loop); runner(loop, model, request) times a loop."""
    parser = argparse.ArgumentParser(description="Serve loops of NumPy and PyTorch on a trained machine.")
    parser.add_argument("--threads", type=int, default=1)
    threads = parser.parse_args().threads
    fix_threads(threads)
    # Only replies may reach stdout, whatever a library prints.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    server = Server(threads, peers, runner)
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if request["do"] == "quit":
                return
            if request["do"] not in REQUESTS:
                raise ValueError(f"unknown request {request['do']!r}. Ask for list, load, run or quit.")
            reply = getattr(server, request["do"])(request)
        except Exception as error:  # the server outlives a request it cannot serve
            reply = {"error": str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
