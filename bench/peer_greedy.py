#!/usr/bin/env python3
"""The peers' half of bench/greedy.mjs: one greedy epoch of a stack of RBMs by CD-1 in NumPy and in PyTorch, float32.

A server of bench/machine_server.py:

    {"do": "run", "peer": "torch", "layers": [784, 500, 500, 2000], "batch": 100, "cases": 10000, "epochs": 1, "rate": 0.05, "file": BYTES, "seed": 1}

FILE holds grey levels, a byte each [cases, 784]. Layer by layer, each update draws a batch's pixels, sends them up through the layers learnt
so far, drawing each, and makes one update by CD-1. With
more epochs, the last one of each layer counts. The reply: {"wall": ms of all layers, "processor": the same in processor time, and
"error1", "error2", …: the mean square reconstruction error of each layer's last batches, to tell that all learn the same}.

The loops are those of bench/peer_loops.py: plain, as it is written down, and tuned, with buffers and in-place calls.
"""

import time

from machine_server import serve


def numpy_plain(shape, rate, seed):
    import numpy as np

    rng, one = np.random.default_rng(seed), np.float32(1)
    W = rng.normal(0, 0.01, shape).astype("f4")
    b, c = np.zeros(shape[0], "f4"), np.zeros(shape[1], "f4")

    def draw(p):
        return (p > rng.random(p.shape, "f4")).astype("f4")

    def up(v):
        return one / (one + np.exp(-(v @ W) - c))

    def update(v):
        nonlocal W, b, c
        h = up(v)
        p = one / (one + np.exp(-(draw(h) @ W.T) - b))
        recon = draw(p)
        h2 = up(recon)
        W += np.float32(rate / len(v)) * (v.T @ h - recon.T @ h2)
        c += np.float32(rate / len(v)) * (h.sum(0) - h2.sum(0))
        b += np.float32(rate / len(v)) * (v.sum(0) - recon.sum(0))
        return p

    return update, lambda v: draw(up(v)), draw, lambda x: x


def torch_plain(shape, rate, seed):
    import torch

    torch.manual_seed(seed)
    W, b, c = 0.01 * torch.randn(*shape), torch.zeros(shape[0]), torch.zeros(shape[1])

    @torch.no_grad()
    def update(v):
        h = torch.sigmoid(v @ W + c)
        p = torch.sigmoid(torch.bernoulli(h) @ W.T + b)
        recon = torch.bernoulli(p)
        h2 = torch.sigmoid(recon @ W + c)
        W.add_(rate / len(v) * (v.T @ h - recon.T @ h2))
        c.add_(rate / len(v) * (h.sum(0) - h2.sum(0)))
        b.add_(rate / len(v) * (v.sum(0) - recon.sum(0)))
        return p

    @torch.no_grad()
    def up(v):
        return torch.bernoulli(torch.sigmoid(v @ W + c))

    return update, up, torch.bernoulli, torch.from_numpy


def torch_tuned(shape, rate, seed):
    import torch

    torch.manual_seed(seed)
    W, b, c = 0.01 * torch.randn(*shape), torch.zeros(shape[0]), torch.zeros(shape[1])
    buffers = {}

    def buffers_of(n):
        if n not in buffers:
            vis, hid = torch.empty(2 * n, shape[0]), torch.empty(2 * n, shape[1])
            sign = torch.tensor([rate / n, -rate / n]).repeat_interleave(n)
            buffers[n] = vis, hid, torch.empty(n, shape[1]), torch.empty(n, shape[0]), sign
        return buffers[n]

    @torch.inference_mode()
    def update(v):
        n = len(v)
        vis, hid, states, p, sign = buffers_of(n)
        vis[:n].copy_(v)
        torch.addmm(c, v, W, out=hid[:n]).sigmoid_()
        states.uniform_().lt_(hid[:n])
        torch.addmm(b, states, W.T, out=p).sigmoid_()
        vis[n:].uniform_().lt_(p)
        torch.addmm(c, vis[n:], W, out=hid[n:]).sigmoid_()
        hid.mul_(sign[:, None])
        W.addmm_(vis.T, hid)
        c.add_(hid.sum(dim=0))
        b.addmv_(vis.T, sign)
        return p

    @torch.inference_mode()
    def up(v):
        n = len(v)
        mean = torch.addmm(c, v, W).sigmoid_()
        return torch.empty(n, shape[1]).uniform_().lt_(mean)

    @torch.inference_mode()
    def draw(p):
        return torch.empty_like(p).uniform_().lt_(p)

    return update, up, draw, torch.from_numpy


PEERS = {
    "numpy": ("numpy", numpy_plain),
    "torch": ("torch", torch_plain),
    "torch tuned": ("torch", torch_tuned),
}


def run(maker, model, request):
    import numpy as np

    layers, batch, cases = request["layers"], request["batch"], request["cases"]
    levels = np.fromfile(request["file"], np.uint8).reshape(cases, layers[0])
    order = np.random.default_rng(request["seed"])
    reply = {"wall": 0, "processor": 0}
    below = []
    for l, shape in enumerate(zip(layers, layers[1:])):
        update, up, draw, take = maker(shape, request["rate"], request["seed"] + l)
        for _ in range(request["epochs"]):
            start, used = time.perf_counter_ns(), time.process_time_ns()
            errors, rows = [], order.permutation(cases)
            for at in range(0, cases, batch):
                v = draw(take(levels[rows[at : at + batch]].astype("f4") / np.float32(255)))
                for pass_up in below:
                    v = pass_up(v)
                p = update(v)
                if at >= cases - 10 * batch:
                    errors.append(float(((v - p) ** 2).mean()))
            wall, processor = time.perf_counter_ns() - start, time.process_time_ns() - used
        below.append(up)
        reply["wall"] += wall / 1e6
        reply["processor"] += processor / 1e6
        reply[f"error{l + 1}"] = float(np.mean(errors))
    return reply


if __name__ == "__main__":
    serve(PEERS, run)
