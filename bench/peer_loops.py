"""The loops that bench/peers.py times: one CD-1 update, from a batch of grey levels to the updated
weights, as a competent user of each library would write it in a dozen lines, and the check that
each of them learns what the lecture's loop learns.

A maker takes (case, threads) and gives a peer: update(batch) is the timed part, batch(grey) brings
float32 levels [batch, visible] in [0, 1] into the library's own type (not timed), state() is
(weights [visible, hidden], visible biases, hidden biases).
"""

import time
from types import SimpleNamespace

import numpy as np

LEARNING_RATE = 0.05
CHECK_UPDATES, CHECK_HIDDEN, CHECK_BATCH = 50, 500, 100


def timed(action):
    """Milliseconds that one call of action takes."""
    start = time.perf_counter_ns()
    action()
    return (time.perf_counter_ns() - start) / 1e6


def batches(levels, size, seed):
    """Endless shuffled batches of grey levels, float32 in [0, 1], C-contiguous [size, units]."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(np.resize(np.arange(len(levels)), max(size, len(levels))))
        for at in range(0, len(order) - size + 1, size):
            yield levels[order[at : at + size]].astype(np.float32) / np.float32(255)


def starting_weights(case):
    """The weights every peer starts from, float32 [visible, hidden], normal with deviation 0.01."""
    return np.random.default_rng(1).normal(0, 0.01, (case.visible, case.hidden)).astype(np.float32)


def numpy_peer(case, threads):
    """NumPy, float32. The two halves of the statistics lie in one buffer, so that wake - dream is
    one product: [data; recon]' [poshidP; -neghidP]."""
    n, rate = case.batch, LEARNING_RATE / case.batch
    W, bv, bh = starting_weights(case), np.zeros(case.visible, "f4"), np.zeros(case.hidden, "f4")
    vis, hid = np.empty((2 * n, case.visible), "f4"), np.empty((2 * n, case.hidden), "f4")
    data, recon, poshidP, neghidP = vis[:n], vis[n:], hid[:n], hid[n:]
    poshidS, delta = np.empty_like(poshidP), np.empty_like(W)
    recon_p, noise_v, noise_h = np.empty_like(data), np.empty_like(data), np.empty_like(poshidP)
    sign = np.repeat(np.float32([rate, -rate]), n)
    rng = np.random.Generator(np.random.SFC64(2))

    def mean(x, weights, bias, out):
        np.matmul(x, weights, out=out)
        out += bias
        out *= 0.5
        np.tanh(out, out=out)
        out *= 0.5
        out += 0.5

    def update(grey):
        data[...] = rng.random(out=noise_v, dtype="f4") < grey
        mean(data, W, bh, poshidP)
        poshidS[...] = rng.random(out=noise_h, dtype="f4") < poshidP
        mean(poshidS, W.T, bv, recon_p)
        recon[...] = rng.random(out=noise_v, dtype="f4") < recon_p
        mean(recon, W, bh, neghidP)
        np.multiply(hid, sign[:, None], out=hid)
        np.matmul(vis.T, hid, out=delta)
        np.add(W, delta, out=W)
        np.add(bh, hid.sum(axis=0), out=bh)
        np.add(bv, sign @ vis, out=bv)

    return SimpleNamespace(update=update, batch=lambda grey: grey, state=lambda: (W, bv, bh))


def torch_peer(case, threads):
    """PyTorch, float32, the same loop; the weights are updated in place by one addmm_."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(2)
    n, rate = case.batch, LEARNING_RATE / case.batch
    W, bv, bh = torch.from_numpy(starting_weights(case)), torch.zeros(case.visible), torch.zeros(case.hidden)
    vis, hid = torch.empty(2 * n, case.visible), torch.empty(2 * n, case.hidden)
    data, recon, poshidP, neghidP = vis[:n], vis[n:], hid[:n], hid[n:]
    poshidS, recon_p = torch.empty(n, case.hidden), torch.empty(n, case.visible)
    sign = torch.tensor([rate, -rate]).repeat_interleave(n)
    draw = faster_torch_draw(torch, torch.rand(n, case.hidden))

    @torch.inference_mode()
    def update(grey):
        draw(grey, data)
        torch.addmm(bh, data, W, out=poshidP).sigmoid_()
        draw(poshidP, poshidS)
        torch.addmm(bv, poshidS, W.T, out=recon_p).sigmoid_()
        draw(recon_p, recon)
        torch.addmm(bh, recon, W, out=neghidP).sigmoid_()
        hid.mul_(sign[:, None])
        W.addmm_(vis.T, hid)
        bh.add_(hid.sum(dim=0))
        bv.addmv_(vis.T, sign)

    return SimpleNamespace(
        update=update, batch=torch.from_numpy, state=lambda: (W.numpy(), bv.numpy(), bh.numpy()), draw=draw.__name__
    )


def plain_numpy_peer(case, threads):
    """NumPy, float32: the lecture's loop as it stands on the slide, one expression a line, nothing reused."""
    W, bv, bh = starting_weights(case), np.zeros(case.visible, "f4"), np.zeros(case.hidden, "f4")
    rng = np.random.default_rng(2)
    rate, one = np.float32(LEARNING_RATE / case.batch), np.float32(1)

    def update(grey):
        data = (grey > rng.random(grey.shape, "f4")).astype("f4")
        poshidP = one / (one + np.exp(-(data @ W) - bh))
        poshidS = (poshidP > rng.random(poshidP.shape, "f4")).astype("f4")
        reconDataP = one / (one + np.exp(-(poshidS @ W.T) - bv))
        reconData = (reconDataP > rng.random(reconDataP.shape, "f4")).astype("f4")
        neghidP = one / (one + np.exp(-(reconData @ W) - bh))
        W[...] += rate * (data.T @ poshidP - reconData.T @ neghidP)
        bh[...] += rate * (poshidP.sum(0) - neghidP.sum(0))
        bv[...] += rate * (data.sum(0) - reconData.sum(0))

    return SimpleNamespace(update=update, batch=lambda grey: grey, state=lambda: (W, bv, bh))


def plain_torch_peer(case, threads):
    """PyTorch, float32: the same twelve lines."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(2)
    W, bv, bh = torch.from_numpy(starting_weights(case)), torch.zeros(case.visible), torch.zeros(case.hidden)
    rate = LEARNING_RATE / case.batch

    @torch.no_grad()
    def update(grey):
        data = (grey > torch.rand_like(grey)).float()
        poshidP = torch.sigmoid(data @ W + bh)
        poshidS = (poshidP > torch.rand_like(poshidP)).float()
        reconDataP = torch.sigmoid(poshidS @ W.T + bv)
        reconData = (reconDataP > torch.rand_like(reconDataP)).float()
        neghidP = torch.sigmoid(reconData @ W + bh)
        W.add_(rate * (data.T @ poshidP - reconData.T @ neghidP))
        bh.add_(rate * (poshidP.sum(0) - neghidP.sum(0)))
        bv.add_(rate * (data.sum(0) - reconData.sum(0)))

    return SimpleNamespace(
        update=update, batch=torch.from_numpy, state=lambda: (W.numpy(), bv.numpy(), bh.numpy())
    )


def faster_torch_draw(torch, probabilities):
    """Bits from probabilities, the faster of the two idioms on this build of PyTorch."""

    def uniform(p, out):
        out.uniform_().lt_(p)

    def bernoulli(p, out):
        torch.bernoulli(p, out=out)

    bits = torch.empty_like(probabilities)
    return min((uniform, bernoulli), key=lambda draw: min(timed(lambda: draw(probabilities, bits)) for _ in range(5)))


def sklearn_peer(case, threads):
    """scikit-learn's BernoulliRBM.partial_fit on sampled bits. It computes in float64 and keeps a
    persistent chain (PCD), so it draws the chain's hidden units where CD-1 draws them from the data;
    the count of products and draws is the same."""
    from sklearn.neural_network import BernoulliRBM

    rng = np.random.Generator(np.random.SFC64(2))
    noise = np.zeros((case.batch, case.visible), "f4")
    rbm = BernoulliRBM(n_components=case.hidden, learning_rate=LEARNING_RATE, batch_size=case.batch, random_state=2)
    rbm.partial_fit(noise)  # only this makes its arrays; their values are set below
    rbm.components_[...] = starting_weights(case).T
    rbm.intercept_visible_[...] = 0
    rbm.intercept_hidden_[...] = 0
    rbm.h_samples_[...] = 0

    def update(grey):
        rbm.partial_fit(rng.random(out=noise, dtype="f4") < grey)

    def state():
        return rbm.components_.T, rbm.intercept_visible_, rbm.intercept_hidden_

    return SimpleNamespace(update=update, batch=lambda grey: grey, state=state)


def reference_peer(case, threads):
    """The lecture's loop ("RBM-CD in Code") line by line in NumPy and float64: what the peers are
    checked against, never timed."""
    rng = np.random.default_rng(3)
    W, bv, bh = starting_weights(case).astype("f8"), np.zeros(case.visible), np.zeros(case.hidden)

    def update(dataOr):
        data = (dataOr > rng.random(dataOr.shape)).astype("f8")
        poshidP = 1 / (1 + np.exp(-data @ W - bh))
        wake = data.T @ poshidP
        poshidS = (poshidP > rng.random(poshidP.shape)).astype("f8")
        reconDataP = 1 / (1 + np.exp(-poshidS @ W.T - bv))
        reconData = (reconDataP > rng.random(data.shape)).astype("f8")
        neghidP = 1 / (1 + np.exp(-reconData @ W - bh))
        dream = reconData.T @ neghidP
        rate = LEARNING_RATE / len(data)
        np.add(W, rate * (wake - dream), out=W)
        np.add(bh, rate * (poshidP.sum(axis=0) - neghidP.sum(axis=0)), out=bh)
        np.add(bv, rate * (data.sum(axis=0) - reconData.sum(axis=0)), out=bv)

    return SimpleNamespace(update=update, batch=lambda grey: grey, state=lambda: (W, bv, bh))


MAKERS = {
    "numpy": plain_numpy_peer,
    "torch": plain_torch_peer,
    "numpy tuned": numpy_peer,
    "torch tuned": torch_peer,
    "sklearn": sklearn_peer,
}


def check_levels(case):
    """Ten sparse prototypes, so that 50 updates have a direction (pure noise has none)."""
    rng = np.random.default_rng(5)
    ink = rng.random((10, case.visible)) < 0.3
    return (ink * rng.integers(128, 256, ink.shape)).astype(np.uint8)


def total_change(make, case, threads):
    """What 50 updates on the prototypes change: weights, visible biases, hidden biases, float64."""
    peer = make(case, threads)
    before = [part.astype("f8") for part in peer.state()]
    rows = batches(check_levels(case), case.batch, 6)
    for _ in range(CHECK_UPDATES):
        peer.update(peer.batch(next(rows)))
    return [after - part for after, part in zip(peer.state(), before)]


def check(name, case, threads):
    """Refuse a peer that does not learn what the float64 loop learns: the change of the weights and
    of either bias must have the reference's direction (cosine) and length (ratio).

    Run at no more than 500 hidden units and batches of 100: with more, the draws' noise outweighs
    50 updates and the cosine says nothing. The persistent chain may differ more in length.
    """
    small = SimpleNamespace(
        visible=case.visible, hidden=min(case.hidden, CHECK_HIDDEN), batch=min(case.batch, CHECK_BATCH)
    )
    change = total_change(MAKERS[name], small, threads)
    reference = total_change(reference_peer, small, threads)
    lengths = [float(np.linalg.norm(a) / np.linalg.norm(b)) for a, b in zip(change, reference)]
    norms = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in zip(change, reference)]
    cosines = [float(np.vdot(a, b) / norm) for a, b, norm in zip(change, reference, norms)]
    most = 1.5 if name == "sklearn" else 1.15
    if not all(cosine > 0.9 for cosine in cosines) or not all(1 / most < length < most for length in lengths):
        raise ValueError(
            f"{name} learns something else: cosines {np.round(cosines, 3)}, lengths {np.round(lengths, 3)} "
            "of the reference for weights, visible and hidden biases."
        )
    return {"cosine": round(min(cosines), 4), "lengths": [round(length, 4) for length in lengths]}
