#!/usr/bin/env python3
"""The peers' half of bench/ais.mjs: annealed importance sampling of a binary RBM in NumPy and in PyTorch, float32.

A server of bench/machine_server.py:

    {"do": "run", "peer": "torch", "chains": 100, "steps": 1000, "seed": 1}   -> {"wall", "processor", "logZ", "deviation"}, in ms

Each peer has two loops: the plain one, as a competent user writes it down; and a tuned one, which writes into arrays that are
there, and takes one logarithm of a quotient where the plain one takes two softplus.
"""

import time

from machine_server import serve


def log_z(log_weights, model):
    """log Z, and the standard deviation of the log weights, float64."""
    import numpy as np

    w = np.asarray(log_weights, "f8")
    base = np.logaddexp(0, model["base"].astype("f8")).sum() + model["c"].size * np.log(2)
    most = w.max()
    return {"logZ": float(base + most + np.log(np.mean(np.exp(w - most)))), "deviation": float(w.std(ddof=1))}


def numpy_plain(model, chains, steps, seed):
    import numpy as np

    W, a, c, base = model["W"], model["a"], model["c"], model["base"]
    rng, one = np.random.default_rng(seed), np.float32(1)
    betas = np.linspace(0, 1, steps + 1, dtype="f4")
    v = (one / (one + np.exp(-base)) > rng.random((chains, a.size), "f4")).astype("f4")
    log_w = np.zeros(chains)
    for low, beta in zip(betas[:-1], betas[1:]):
        x = v @ W + c
        log_w += (beta - low) * (v @ (a - base)) + (np.logaddexp(0, beta * x) - np.logaddexp(0, low * x)).sum(axis=1)
        h = (one / (one + np.exp(-beta * x)) > rng.random(x.shape, "f4")).astype("f4")
        y = (one - beta) * base + beta * (h @ W.T + a)
        v = (one / (one + np.exp(-y)) > rng.random(y.shape, "f4")).astype("f4")
    return log_w


def numpy_tuned(model, chains, steps, seed):
    import numpy as np

    W, a, c, base = model["W"], model["a"], model["c"], model["base"]
    down = np.ascontiguousarray(W.T)
    rng, half = np.random.Generator(np.random.SFC64(seed)), np.float32(0.5)
    betas = np.linspace(0, 1, steps + 1, dtype="f4")
    linear = a - base
    x, h, high, low_e = (np.empty((chains, c.size), "f4") for _ in range(4))
    y, noise_v, noise_h = np.empty((chains, a.size), "f4"), np.empty((chains, a.size), "f4"), np.empty_like(x)
    v = (1 / (1 + np.exp(-base)) > rng.random((chains, a.size), "f4")).astype("f4")
    log_w = np.zeros(chains)
    for low, beta in zip(betas[:-1], betas[1:]):
        np.matmul(v, W, out=x)
        x += c
        # inputs of this machine stay far below 88, where exp leaves float32
        np.exp(np.multiply(x, beta, out=high), out=high)
        np.exp(np.multiply(x, low, out=low_e), out=low_e)
        high += 1
        low_e += 1
        np.divide(high, low_e, out=low_e)
        np.log(low_e, out=low_e)
        log_w += (beta - low) * (v @ linear) + low_e.sum(axis=1, dtype="f8")
        # 1 - 1 / (1 + e) > u, that is u (1 + e) < e
        rng.random(out=noise_h, dtype="f4")
        noise_h *= high
        high -= 1
        np.less(noise_h, high, out=h)
        np.matmul(h, down, out=y)
        y += a
        y *= beta
        y += (1 - beta) * base
        y *= half
        np.tanh(y, out=y)
        y *= half
        y += half
        np.less(rng.random(out=noise_v, dtype="f4"), y, out=v)
    return log_w


def torch_plain(model, chains, steps, seed):
    import torch
    from torch.nn.functional import softplus

    W, a, c, base = (torch.from_numpy(model[name]) for name in ("W", "a", "c", "base"))
    torch.manual_seed(seed)
    betas = torch.linspace(0, 1, steps + 1).tolist()
    with torch.inference_mode():
        v = torch.bernoulli(torch.sigmoid(base).expand(chains, -1))
        log_w = torch.zeros(chains, dtype=torch.float64)
        for low, beta in zip(betas[:-1], betas[1:]):
            x = v @ W + c
            log_w += (beta - low) * (v @ (a - base)) + (softplus(beta * x) - softplus(low * x)).sum(dim=1)
            h = torch.bernoulli(torch.sigmoid(beta * x))
            v = torch.bernoulli(torch.sigmoid((1 - beta) * base + beta * (h @ W.T + a)))
    return log_w.numpy()


def torch_tuned(model, chains, steps, seed):
    import torch

    W, a, c, base = (torch.from_numpy(model[name]) for name in ("W", "a", "c", "base"))
    down = W.T.contiguous()
    torch.manual_seed(seed)
    betas = torch.linspace(0, 1, steps + 1).tolist()
    linear = a - base
    x, low_e, noise_h = (torch.empty(chains, c.numel()) for _ in range(3))
    y, noise_v = torch.empty(chains, a.numel()), torch.empty(chains, a.numel())
    with torch.inference_mode():
        v = torch.bernoulli(torch.sigmoid(base).expand(chains, -1))
        log_w = torch.zeros(chains, dtype=torch.float64)
        for low, beta in zip(betas[:-1], betas[1:]):
            torch.addmm(c, v, W, out=x)
            torch.mul(x, low, out=low_e).exp_().add_(1)
            x.mul_(beta)
            e = torch.exp(x).add_(1)
            log_w += (beta - low) * (v @ linear) + torch.div(e, low_e, out=low_e).log_().sum(dim=1, dtype=torch.float64)
            h = noise_h.uniform_().lt_(x.sigmoid_())
            torch.addmm((1 - beta) * base + beta * a, h, down, alpha=beta, out=y)
            v = noise_v.uniform_().lt_(y.sigmoid_())
    return log_w.numpy()


PEERS = {
    "numpy": ("numpy", numpy_plain),
    "numpy tuned": ("numpy", numpy_tuned),
    "torch": ("torch", torch_plain),
    "torch tuned": ("torch", torch_tuned),
}


def run(loop, model, request):
    loop(model, request["chains"], 20, 0)
    start, used = time.perf_counter(), time.process_time()
    log_weights = loop(model, request["chains"], request["steps"], request["seed"])
    wall, processor = 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - used)
    return {"wall": wall, "processor": processor, **log_z(log_weights, model)}


if __name__ == "__main__":
    serve(PEERS, run)
