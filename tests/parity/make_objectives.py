# SPDX-License-Identifier: Apache-2.0
"""Writes objectives.json, values and gradients that the tests of experiments/objectives and optimizers compare with:
python3 make_objectives.py (in the environment of tests/peers/setup.sh).

A case's inputs have the names of `revisit-engine loss`: z0, z1, ... is what learns, one tensor a view; goal0, goal1, ...
what a teacher said of the same views (a prediction of view 0 is held against goal1, and the other way round);
reference, mask and targets. An input is a list, or {"shape", "a"} by the rule, with "normalise": d divided by its
Euclidean length along dimension d.
"""

import functools
import json
import pathlib
import warnings

import lightly
import numpy as np
import torch
from lightly.loss import DCLLoss, DCLWLoss, LeJEPALoss, NegativeCosineSimilarity, SwaVLoss
from lightly.loss.lejepa_loss import lejepa_invariance_loss
from lightly.models.utils import normalize_mean_var
from lightly.utils.lars import LARS
from torch.nn.functional import cross_entropy, normalize

torch.set_num_threads(1)  # the same sums in the same order everywhere
warnings.filterwarnings("ignore", message="To copy construct")  # lightly's DCLWLoss
RULE = "X(shape, a).flat[k] = sin(a (k+1)) + 0.1 cos(0.37 (k+1)), k = 0.., row-major, float64"


def X(shape, a, normalise=None):
    k = np.arange(1, np.prod(shape) + 1)
    x = torch.from_numpy((np.sin(a * k) + 0.1 * np.cos(0.37 * k)).reshape(shape))
    return x if normalise is None else x / x.norm(dim=normalise, keepdim=True)


def view(a, *shape):
    return {"shape": list(shape) or [8, 16], "a": a}


cases = []


def case(name, objective, settings, peer, inputs, loss, notes=None, **more):
    """`loss` takes the inputs by name and returns the scalar; the gradients are those of every z."""
    tensors = {key: X(**v) if isinstance(v, dict) else torch.tensor(v) for key, v in inputs.items()}
    learning = {key: t.requires_grad_() for key, t in tensors.items() if key.startswith("z")}
    value = loss(**tensors).sum()  # SwaVLoss returns one element
    gradients = dict(zip(learning, torch.autograd.grad(value, list(learning.values()))))
    cases.append(
        {"name": name, "objective": objective, "settings": settings, "peer": peer}
        | ({"notes": notes} if notes else {})
        | more
        | {
            "inputs": inputs,
            "value": value.item(),
            "gradients": {k: {"first4": g.flatten()[:4].tolist(), "norm": g.norm().item()} for k, g in gradients.items()},
        }
    )


two = {"z0": view(0.7), "z1": view(0.71)}
three = two | {"z2": view(0.5)}
teacher = two | {"goal0": view(0.73), "goal1": view(0.53)}

# Decoupled contrastive learning. lightly's class for the weighted one is DCLWLoss.
DCL = (
    "Rows are divided by their length; s(x, y) = x.y / T. Row i of view u, v the other view, has the loss "
    "-w_i s(u_i, v_i) + log sum_{j != i} (exp s(u_i, u_j) + exp s(u_i, v_j)); the value is the mean over the 2N rows of "
    "both views. Plain (sigma 0): w = 1. Weighted: w_i = 2 - N softmax_i(u_i.v_i / sigma), not divided by T, and no "
    "gradient flows through w."
)
for t in (0.1, 0.5):
    settings = {"temperature": t, "sigma": 0.0}
    case(f"DCL, T {t}", "dcl", settings, f"lightly.loss.DCLLoss(temperature={t})", two, lambda z0, z1: DCLLoss(t)(z0, z1), DCL)
for t in (0.1, 0.5):
    settings = {"temperature": t, "sigma": 0.5}
    peer = f"lightly.loss.DCLWLoss(temperature={t}, sigma=0.5)"
    case(f"DCLW, T {t}", "dcl", settings, peer, two, lambda z0, z1: DCLWLoss(t, 0.5)(z0, z1), DCL)

# SwAV: swapped predictions of Sinkhorn's codes.
SWAV = (
    "z are scores [N, K] as they are (nothing is normalised); the first 2 views are of high resolution. Codes of a view "
    "i of these, without gradient: Q = exp(z_i / epsilon), divided by its sum; then, in each iteration, every "
    "prototype's column [N] is divided by its sum, every row [K] by its sum, and all by N; at last Q is multiplied by N, so "
    "that each row sums to 1 (columns only nearly). "
    "loss = (1/H) sum_{i < H} (1/(V-1)) sum_{v < V, v != i} CE(Q_i, z_v), CE(q, z) = mean over rows of "
    "-sum_k q_k log softmax(z / T)_k, where H counts the high-resolution views and V all of them: a low-resolution view "
    "predicts and is never predicted."
)
settings = {"temperature": 0.1, "sinkhorn_iterations": 3, "sinkhorn_epsilon": 0.05}
for inputs, name in ((two, "SwAV"), (three, "SwAV with a low-resolution view")):
    case(
        name,
        "swav",
        settings,
        "lightly.loss.SwaVLoss(0.1, 3, 0.05)",
        inputs,
        lambda z0, z1, **low: SwaVLoss(0.1, 3, 0.05)([z0, z1], list(low.values())),
        SWAV,
        global_views=2,
    )


# MoCo v3, arXiv 2104.02057, algorithm 1; lightly has no such class.
def mocov3(z0, z1, goal0, goal1, t):
    def half(z, goal):
        return 2 * t * cross_entropy(normalize(z) @ normalize(goal).T / t, torch.arange(len(z)))

    return half(z0, goal1) + half(z1, goal0)


MOCOV3 = (
    "Rows are divided by their length. f(q, k) = 2T * mean over rows i of cross entropy(logits q_i.k_j / T over j, label "
    "i); value = f(z0, goal1) + f(z1, goal0). No gradient to the goals."
)
for t in (0.2, 1.0):
    peer = "torch.nn.functional.cross_entropy, by algorithm 1 of arXiv 2104.02057 (lightly has no class for it)"
    case(f"MoCo v3, T {t}", "mocov3", {"temperature": t}, peer, teacher, functools.partial(mocov3, t=t), MOCOV3)

# BYOL and SimSiam: the same cosines, summed as 2 - 2 cos or averaged as -cos.
cosine = NegativeCosineSimilarity()
case(
    "SimSiam",
    "simsiam",
    {},
    "lightly.loss.NegativeCosineSimilarity(), mean of both directions",
    teacher,
    lambda z0, z1, goal0, goal1: (cosine(z0, goal1) + cosine(z1, goal0)) / 2,
    "-(mean cos(z0, goal1) + mean cos(z1, goal0)) / 2, means over rows.",
)
case(
    "BYOL",
    "byol",
    {},
    "lightly.loss.NegativeCosineSimilarity(), 2 + 2 of each direction, summed",
    teacher,
    lambda z0, z1, goal0, goal1: (2 + 2 * cosine(z0, goal1)) + (2 + 2 * cosine(z1, goal0)),
    "(2 - 2 mean cos(z0, goal1)) + (2 - 2 mean cos(z1, goal0)), means over rows: between 0 and 8.",
)

# LeJEPA. lightly draws the slices; here they are given. Its frequencies' window is float32; float64 is put in its place.
LEJEPA = (
    "V views z [N, D], the first G global; slices A = reference [D, M] with columns of length 1. "
    "value = lambda * sigreg + (1 - lambda) * prediction. "
    "prediction: centre c [N, D] = mean of the G global views, with gradient; the mean of (z_v - c)^2 over all V views (the "
    "global ones too), rows and dimensions: a sum divided by V N D. "
    "sigreg: frequencies t_k = k dt, k = 0..knots-1, dt = largest_frequency / (knots - 1); phi_k = exp(-t_k^2 / 2). For each view v "
    "and slice m: y_n = z_v[n] . A[:, m] (nothing is centred or standardised); "
    "e_k = (mean_n cos(t_k y_n) - phi_k)^2 + (mean_n sin(t_k y_n))^2; statistic = N * sum_k w_k phi_k e_k, where "
    "w = dt at k = 0 and k = knots-1 and 2 dt between: the trapezoidal rule over [-largest_frequency, largest_frequency], using that e is "
    "even, with the weight exp(-t^2/2). N is the rows of one view (of the whole group when distributed, where the sums "
    "behind the means are added over ranks). sigreg = mean of the statistic over all V views and M slices. "
    "lightly keeps phi and w phi in float32, which changes the value by less than 1e-7 of it; they are float64 here."
)


def lejepa(reference, global_views, exact=True, **z):
    peer = LeJEPALoss(lambda_param=0.05, sigreg_knots=17, sigreg_t_max=3.0, sigreg_num_vectors=reference.shape[1])
    peer.sigreg._generate_unit_vectors = lambda device, dtype, features: reference
    if exact:
        plain = torch.where(torch.arange(17).remainder(16) == 0, 3 / 16, 6 / 16).double()  # w
        assert torch.allclose(plain * peer.sigreg.phi, peer.sigreg.weights.double(), rtol=1e-7)
        peer.sigreg.t = torch.linspace(0, 3, 17, dtype=torch.float64)
        peer.sigreg.phi = torch.exp(-peer.sigreg.t.square() / 2)
        peer.sigreg.weights = plain * peer.sigreg.phi
    views = torch.stack(list(z.values()))
    if global_views < len(views):
        return peer(global_proj=views[:global_views], local_proj=views[global_views:])
    return 0.05 * peer.sigreg(views) + 0.95 * lejepa_invariance_loss(all_proj=views, global_proj=views)


slices = {"reference": {"shape": [16, 32], "a": 1.1, "normalise": 0}}
parts = "lightly.loss.lejepa_loss: 0.05 SIGReg(17 knots, t_max 3) + 0.95 lejepa_invariance_loss (LeJEPALoss demands a local view)"
whole = "lightly.loss.LeJEPALoss(lambda_param=0.05, sigreg_knots=17, sigreg_t_max=3.0)"
for name, inputs, views, peer in (
    ("two global views", two, 2, parts),
    ("three global views", three, 3, parts),
    ("two global views and a local one", three, 2, whole),
    ("one global view and a local one", two, 1, whole),
):
    case(
        f"LeJEPA, {name}",
        "lejepa",
        {"lambda": 0.05, "knots": 17, "largest_frequency": 3.0},
        peer,
        inputs | slices,
        functools.partial(lejepa, global_views=views),
        LEJEPA,
        global_views=views,
    )
    float32 = lejepa(global_views=views, exact=False, **{k: X(**v) for k, v in (inputs | slices).items()}).item()
    assert abs(float32 - cases[-1]["value"]) < 1e-7 * float32

# Masked autoencoder.
MAE = (
    "Only patches with mask 1 (hidden from the encoder) count: the mean over their numbers of (z0 - target)^2, averaged over all "
    "masked patches of the batch. normalise_target: each patch's target minus its mean, divided by "
    "sqrt(variance + 1e-6) with the unbiased variance (n - 1) of its numbers."
)


def mae(z0, goal0, mask, normalised):
    if normalised:
        mean, variance = goal0.mean(-1, keepdim=True), goal0.var(-1, keepdim=True, unbiased=True)
        target = (goal0 - mean) / (variance + 1e-6).sqrt()
        assert torch.equal(target, normalize_mean_var(goal0))
        goal0 = target
    return (((z0 - goal0) ** 2).mean(-1) * mask).sum() / mask.sum()


patches = {
    "z0": view(0.87, 2, 9, 12),
    "goal0": view(0.33, 2, 9, 12),
    "mask": [[1, 0, 1, 1, 0, 1, 1, 1, 0], [0, 1, 1, 1, 1, 0, 1, 1, 1]],
}
for normalised in (False, True):
    case(
        "MAE, normalised patches" if normalised else "MAE, raw patches",
        "mae",
        {"normalise_target": normalised},
        "torch, by arXiv 2111.06377" + (" and lightly.models.utils.normalize_mean_var" if normalised else ""),
        patches,
        functools.partial(mae, normalised=normalised),
        MAE,
    )

# Supervised.
classes = {"z0": view(0.7, 8, 5), "targets": [0, 1, 2, 3, 4, 0, 2, 4]}
for smoothing in (0.0, 0.1):
    case(
        f"cross entropy, label smoothing {smoothing}",
        "supervised",
        {"smoothing": smoothing},
        f"torch.nn.functional.cross_entropy(label_smoothing={smoothing})",
        classes,
        lambda z0, targets: cross_entropy(z0, targets, label_smoothing=smoothing),
        "The wanted distribution is (1 - s) one-hot + s / K over the K classes; the mean over rows.",
    )


# LARS: three steps at three rates, a weight that decays beside a bias that does not.
def lars(name, begin):
    rates, decay = [0.1, 0.3, 0.2], 1e-2
    begin = {"weight": begin, "bias": view(1.9, 4)}
    gradients = {"weight": [view(a, 4, 3) for a in (0.3, 0.4, 0.5)], "bias": [view(a, 4) for a in (1.3, 1.4, 1.5)]}
    own = {k: torch.full(v["shape"], v["fill"]).double() if "fill" in v else X(**v) for k, v in begin.items()}
    groups = [{"params": [own["weight"]], "weight_decay": decay}, {"params": [own["bias"]], "weight_decay": 0.0}]
    optimizer = LARS(groups, lr=rates[0], momentum=0.9, trust_coefficient=0.001)
    after = []
    for i, rate in enumerate(rates):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for key, parameter in own.items():
            parameter.grad = X(**gradients[key][i])
        optimizer.step()
        after.append({key: parameter.tolist() for key, parameter in own.items()})
    return {
        "name": name,
        "optimizer": "lars",
        "settings": {"momentum": 0.9, "weight_decay": decay, "trust_coefficient": 0.001},
        "peer": "lightly.utils.lars.LARS(momentum=0.9, trust_coefficient=0.001, eps=1e-8); the bias in a group with weight_decay=0",
        "notes": "Where the decay is not 0 and neither |p| nor |g| is 0: g' = (g + decay p) trust |p| / (|g| + decay |p| + 1e-8); "
        "else g' = g as it is, without decay. v = momentum v + g', beginning as the first g'; p -= rate v. |.| are Euclidean lengths of one parameter.",
        "rates": rates,
        "begin": begin,
        "gradients": gradients,
        "after": after,
    }


result = {
    "rule": RULE,
    "versions": {"torch": torch.__version__.split("+")[0], "lightly": lightly.__version__, "numpy": np.__version__},
    "cases": cases,
    "optimizers": [lars("LARS", view(0.9, 4, 3)), lars("LARS from a weight of zeros", {"shape": [4, 3], "fill": 0.0})],
}
pathlib.Path(__file__).with_name("objectives.json").write_text(json.dumps(result, indent=1) + "\n")
