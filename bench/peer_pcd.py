#!/usr/bin/env python3
"""The peers' half of bench/pcd.mjs: updates of a binary RBM by PCD-k in NumPy and in PyTorch, float32.

A server of bench/machine_server.py:

    {"do": "run", "peer": "torch", "chains": 100, "k": 10, "updates": 20, "rate": 0.01, "file": BYTES, "seed": 1}

FILE holds the batches' grey levels, a byte each, one batch an update [updates + WARM, batch, visible]. Every run starts from the loaded
machine and from chains of random bits; the first WARM updates are not timed. The reply: {"wall": ms of each update, "processor": the same in processor time, "on": the
fraction of the chains' visible units that are on at the end, "change": the root mean square of what the weights changed by}.

Each peer has two loops, as in bench/peer_loops.py: a maker takes (model, chains, k, rate, seed) and gives (update(grey), state()).
"""

import time

from machine_server import serve

WARM = 5


def numpy_plain(model, chains, k, rate, seed):
    import numpy as np

    W, b, c = (model[name].copy() for name in ("W", "a", "c"))
    rng, one, rate = np.random.default_rng(seed), np.float32(1), np.float32(rate / chains)
    h = (rng.random((chains, c.size), "f4") < 0.5).astype("f4")
    v = None

    def update(grey):
        nonlocal h, v
        data = (grey > rng.random(grey.shape, "f4")).astype("f4")
        posP = one / (one + np.exp(-(data @ W) - c))
        for _ in range(k):
            vP = one / (one + np.exp(-(h @ W.T) - b))
            v = (vP > rng.random(vP.shape, "f4")).astype("f4")
            hP = one / (one + np.exp(-(v @ W) - c))
            h = (hP > rng.random(hP.shape, "f4")).astype("f4")
        W[...] += rate * (data.T @ posP - v.T @ hP)
        c[...] += rate * (posP.sum(0) - hP.sum(0))
        b[...] += rate * (data.sum(0) - v.sum(0))

    return update, lambda: (v, W)


def numpy_tuned(model, chains, k, rate, seed):
    import numpy as np

    W, b, c = (model[name].copy() for name in ("W", "a", "c"))
    rng = np.random.Generator(np.random.SFC64(seed))
    # the two halves of the statistics in one buffer: wake - dream is one product
    vis, hid = np.empty((2 * chains, b.size), "f4"), np.empty((2 * chains, c.size), "f4")
    data, v, posP, hP = vis[:chains], vis[chains:], hid[:chains], hid[chains:]
    vP, noise_v, noise_h, delta = np.empty_like(v), np.empty_like(v), np.empty_like(hP), np.empty_like(W)
    h = (rng.random(hP.shape, "f4") < 0.5).astype("f4")
    sign = np.repeat(np.float32([rate / chains, -rate / chains]), chains)

    def mean(x, weights, bias, out):
        np.matmul(x, weights, out=out)
        out += bias
        out *= 0.5
        np.tanh(out, out=out)
        out *= 0.5
        out += 0.5

    def update(grey):
        np.less(rng.random(out=noise_v, dtype="f4"), grey, out=data)
        mean(data, W, c, posP)
        for _ in range(k):
            mean(h, W.T, b, vP)
            np.less(rng.random(out=noise_v, dtype="f4"), vP, out=v)
            mean(v, W, c, hP)
            np.less(rng.random(out=noise_h, dtype="f4"), hP, out=h)
        np.multiply(hid, sign[:, None], out=hid)
        np.matmul(vis.T, hid, out=delta)
        np.add(W, delta, out=W)
        np.add(c, hid.sum(axis=0), out=c)
        np.add(b, sign @ vis, out=b)

    return update, lambda: (v, W)


def torch_plain(model, chains, k, rate, seed):
    import torch

    torch.manual_seed(seed)
    W, b, c = (torch.from_numpy(model[name].copy()) for name in ("W", "a", "c"))
    rate = rate / chains
    h = (torch.rand(chains, c.numel()) < 0.5).float()
    v = None

    @torch.no_grad()
    def update(grey):
        nonlocal h, v
        data = torch.bernoulli(torch.from_numpy(grey))
        posP = torch.sigmoid(data @ W + c)
        for _ in range(k):
            v = torch.bernoulli(torch.sigmoid(h @ W.T + b))
            hP = torch.sigmoid(v @ W + c)
            h = torch.bernoulli(hP)
        W.add_(rate * (data.T @ posP - v.T @ hP))
        c.add_(rate * (posP.sum(0) - hP.sum(0)))
        b.add_(rate * (data.sum(0) - v.sum(0)))

    return update, lambda: (v.numpy(), W.numpy())


def torch_tuned(model, chains, k, rate, seed):
    import torch

    torch.manual_seed(seed)
    W, b, c = (torch.from_numpy(model[name].copy()) for name in ("W", "a", "c"))
    vis, hid = torch.empty(2 * chains, b.numel()), torch.empty(2 * chains, c.numel())
    data, v, posP, hP = vis[:chains], vis[chains:], hid[:chains], hid[chains:]
    vP, h = torch.empty_like(v), (torch.rand(chains, c.numel()) < 0.5).float()
    sign = torch.tensor([rate / chains, -rate / chains]).repeat_interleave(chains)

    @torch.inference_mode()
    def update(grey):
        data.uniform_().lt_(torch.from_numpy(grey))
        torch.addmm(c, data, W, out=posP).sigmoid_()
        for _ in range(k):
            torch.addmm(b, h, W.T, out=vP).sigmoid_()
            v.uniform_().lt_(vP)
            torch.addmm(c, v, W, out=hP).sigmoid_()
            h.uniform_().lt_(hP)
        hid.mul_(sign[:, None])
        W.addmm_(vis.T, hid)
        c.add_(hid.sum(dim=0))
        b.addmv_(vis.T, sign)

    return update, lambda: (v.numpy(), W.numpy())


PEERS = {
    "numpy": ("numpy", numpy_plain),
    "numpy tuned": ("numpy", numpy_tuned),
    "torch": ("torch", torch_plain),
    "torch tuned": ("torch", torch_tuned),
}


def run(maker, model, request):
    import numpy as np

    chains, updates = request["chains"], request["updates"]
    grey = np.fromfile(request["file"], np.uint8).reshape(updates + WARM, chains, -1).astype("f4") / np.float32(255)
    update, state = maker(model, chains, request["k"], request["rate"], request["seed"])
    wall, processor = [], []
    for batch in grey:
        start, used = time.perf_counter_ns(), time.process_time_ns()
        update(batch)
        wall.append((time.perf_counter_ns() - start) / 1e6)
        processor.append((time.process_time_ns() - used) / 1e6)
    v, W = state()
    change = float(np.sqrt(np.mean((W.astype("f8") - model["W"]) ** 2)))
    return {"wall": wall[WARM:], "processor": processor[WARM:], "on": float(v.mean()), "change": change}


if __name__ == "__main__":
    serve(PEERS, run)
