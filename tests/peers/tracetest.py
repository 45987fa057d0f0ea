# SPDX-License-Identifier: Apache-2.0
"""The self-test of trace.py: traces of a plain training, in which every formula is written out on named tensors and
nothing comes from lightly, torch.nn or torch.optim."""
import contextlib
import io
import json
import math
import pathlib
import struct
import tempfile

import torch
import torch.nn.functional as F

STEPS, RUN, BATCH, BANDS, SIDE = 12, 30, 10, 4, 16
OBJECTIVES = {
    "simclr": {"temperature": 0.2},
    "dcl": {"temperature": 0.2, "sigma": 0.0},
    "dcl weighted": {"temperature": 0.2, "sigma": 0.5},
    "vicreg": {"invariance": 25.0, "variance": 25.0, "covariance": 1.0},
    "barlow": {"lambda": 0.005},
    "byol": {"momentum": 0.9, "momentum_rises": True, "stop_gradient": True, "predictor": 6},
    "simsiam": {"stop_gradient": True, "predictor": 6},
}


def write_tensors(path, tensors):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, t in tensors.items():
        data = t.numpy().tobytes()
        kind = {torch.float64: "F64", torch.int64: "I64"}[t.dtype]
        header[name] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def first_weights(name, projector):
    """Random weights under the engine's names, with batch norm's buffers."""
    weights = {}

    def linear(at, outputs, *inputs, bias=False):
        weights[at + ".weight"] = torch.randn(outputs, *inputs).double() / math.sqrt(math.prod(inputs))
        if bias:
            weights[at + ".bias"] = torch.randn(outputs).double() / 10

    def norm(at, width, affine=True):
        if affine:
            weights[at + ".weight"], weights[at + ".bias"] = torch.rand(width).double() + 0.5, torch.randn(width).double() / 10
        weights[at + ".running_mean"], weights[at + ".running_var"] = torch.zeros(width).double(), torch.ones(width).double()
        weights[at + ".num_batches_tracked"] = torch.tensor(0)

    linear("backbone.layers.0", 4, BANDS, 3, 3)
    norm("backbone.layers.1", 4)
    linear("backbone.layers.3", 8, 4, 3, 3)
    norm("backbone.layers.4", 8)
    linear("head.layers.0", projector[0], 8)
    norm("head.layers.1", projector[0])
    linear("head.layers.3", projector[1], projector[0], bias=name == "byol")
    if name in ("simclr", "dcl", "simsiam"):
        norm("head.layers.4", projector[1], affine=name != "simsiam")
    if name == "byol":
        weights |= {"teacher." + k: w.clone() for k, w in weights.items()}
    if name in ("byol", "simsiam"):
        linear("predictor.layers.0", 6, projector[1])
        norm("predictor.layers.1", 6)
        linear("predictor.layers.3", projector[1], 6, bias=True)
    return weights


def normed(x, w, at):
    over = [0] + list(range(2, x.dim()))
    mean, variance = x.mean(over, keepdim=True), x.var(over, unbiased=False, keepdim=True)
    x = (x - mean) / torch.sqrt(variance + 1e-5)
    shape = [1, -1] + [1] * (x.dim() - 2)
    return x * w[at + ".weight"].view(shape) + w[at + ".bias"].view(shape) if at + ".weight" in w else x


def perceptron(x, w, at):
    x = torch.relu(normed(x @ w[at + ".layers.0.weight"].T, w, at + ".layers.1"))
    x = x @ w[at + ".layers.3.weight"].T + w.get(at + ".layers.3.bias", 0)
    return normed(x, w, at + ".layers.4") if at + ".layers.4.running_mean" in w else x


def project(x, w, of=""):
    for i in (0, 3):
        x = F.conv2d(x, w[f"{of}backbone.layers.{i}.weight"], stride=2, padding=1)
        x = torch.relu(normed(x, w, f"{of}backbone.layers.{i + 1}"))
    return perceptron(x.mean((2, 3)), w, of + "head")


def unit(z):
    return z / z.norm(dim=1, keepdim=True)


def contrast(z, o, decoupled):
    n = len(z) // 2
    u = unit(z)
    s, loss = u @ u.T, 0
    for i in range(2 * n):
        partner = (i + n) % (2 * n)
        others = [j for j in range(2 * n) if j != i and not (decoupled and j == partner)]
        weight = 1
        if decoupled and o["sigma"] > 0:
            close = torch.exp(s.diagonal(n).detach() / o["sigma"])
            weight = 2 - close[i % n] / close.mean()
        loss = loss - weight * s[i, partner] / o["temperature"] + (s[i, others] / o["temperature"]).exp().sum().log()
    return loss / (2 * n)


def vicreg(z, o):
    a, b = z.chunk(2)
    loss = o["invariance"] * ((a - b) ** 2).mean()
    for x in (a, b):
        c = torch.cov(x.T)
        loss = loss + o["variance"] / 2 * torch.relu(1 - torch.sqrt(c.diagonal() + 1e-4)).mean()
        loss = loss + o["covariance"] * (c - c.diagonal().diag()).square().sum() / len(c)
    return loss


def barlow(z, o):
    a, b = ((x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + 1e-5) for x in z.chunk(2))
    c = a.T @ b / len(a)
    wanted = torch.eye(len(c)).double()
    return ((c - wanted) ** 2 * (wanted + o["lambda"] * (1 - wanted))).sum()


def loss_of(name, o, w, views):
    both = torch.cat(views)
    z = project(both, w)
    if name in ("byol", "simsiam"):
        p = unit(perceptron(z, w, "predictor")).chunk(2)
        g = unit(project(both, w, "teacher.") if name == "byol" else z).detach().chunk(2)
        cosines = (p[0] * g[1]).sum(1).mean() + (p[1] * g[0]).sum(1).mean()
        return 4 - 2 * cosines if name == "byol" else -cosines / 2
    if name in ("simclr", "dcl"):
        return contrast(z, o, name == "dcl")
    return vicreg(z, o) if name == "vicreg" else barlow(z, o)


def train(run, case, settings):
    """Writes a run directory as the engine would."""
    name, projector = case.split()[0], [12, 6]
    config = {
        "objective": {"name": name, "projector": projector, "projector_norm": "batch"} | settings,
        "backbone": {"name": "smallconv", "width": 4, "layers": 2},
        "optimizer": {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.01},
        "schedule": {"shape": "cosine", "warmup": 0.15, "final": 0.1},
        "training": {"steps": RUN, "clip_norm": 0.5},
    }
    trace = run / "trace"
    trace.mkdir(parents=True)
    (trace / "config.json").write_text(json.dumps(config))
    w = first_weights(name, projector)
    write_tensors(trace / "weights.safetensors", w)
    learning = [k for k in w if k.endswith((".weight", ".bias")) and not k.startswith("teacher.")]
    velocity, events = {k: 0 for k in learning}, [{"event": "started"}]
    for step in range(1, STEPS + 1):
        views = [torch.randn(BATCH, BANDS, SIDE, SIDE).double() for _ in range(2)]
        views[1] = 0.7 * views[0] + 0.3 * views[1]  # something to learn
        write_tensors(trace / f"step-{step:06}.safetensors", {"view0": views[0], "view1": views[1]})
        for k in learning:
            w[k] = w[k].detach().requires_grad_()
        loss = loss_of(name, settings, w, views)
        events.append({"event": "step", "step": step, "loss": loss.item()})
        gradients = dict(zip(learning, torch.autograd.grad(loss, [w[k] for k in learning])))
        length = math.sqrt(sum(float((g**2).sum()) for g in gradients.values()))
        rise = round(0.15 * RUN + 1e-9)
        if step <= rise:
            rate = 0.1 * step / rise
        else:
            rate = 0.1 * (0.1 + 0.9 * (math.cos(math.pi * (step - 1 - rise) / (RUN - rise - 1)) + 1) / 2)
        keep = 1 - 0.1 * (math.cos(math.pi * (step - 1) / (RUN - 1)) + 1) / 2  # from 0.9 to 1
        for k, g in gradients.items():
            g = g * min(1, 0.5 / (length + 1e-6)) + (0.01 * w[k].detach() if w[k].dim() > 1 else 0)
            velocity[k] = 0.9 * velocity[k] + g
            w[k] = w[k].detach() - rate * velocity[k]
            if "teacher." + k in w:
                w["teacher." + k] = keep * w["teacher." + k] + (1 - keep) * w[k]
    (run / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))


def run(compare):
    """`compare` is trace.py's: of a run directory, whether peer and engine agree."""
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as scratch:
        for case, settings in OBJECTIVES.items():
            at = pathlib.Path(scratch) / case
            train(at, case, settings)
            table = io.StringIO()
            with contextlib.redirect_stdout(table):
                agree = compare(at)
            print(f"{case}: {table.getvalue().splitlines()[-1]}")
            if not agree:
                raise SystemExit("trace self-test: a plain training and the peer's differ\n" + table.getvalue())
        changes = {
            "momentum": lambda c: c["optimizer"].update(momentum=0.8999),
            "weight decay": lambda c: c["optimizer"].update(weight_decay=0.0101),
            "clipping": lambda c: c["training"].update(clip_norm=0.501),
            "warm-up": lambda c: c["schedule"].update(warmup=0.2),
            "end of the schedule": lambda c: c["schedule"].update(final=0.11),
            "teacher's momentum": lambda c: c["objective"].update(momentum=0.901),
            "teacher's schedule": lambda c: c["objective"].update(momentum_rises=False),
        }
        path = pathlib.Path(scratch) / "byol" / "trace" / "config.json"
        original = path.read_text()
        for what, change in changes.items():
            config = json.loads(original)
            change(config)
            path.write_text(json.dumps(config))
            with contextlib.redirect_stdout(io.StringIO()):
                if compare(path.parent.parent):
                    raise SystemExit(f"trace self-test: another {what} was not noticed")
        print(f"{len(changes)} altered settings, each noticed")
