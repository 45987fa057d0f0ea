#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains beside the engine: tests/peers/trace.py RUN, after `revisit-engine train RUN --export-trace 50`.

RUN/trace holds the run's complete config.json, the first weights and each step's views, in float64. PyTorch, with
lightly's losses and schedules, goes the same way from there; a table shows both losses, and the exit status is 1
where they differ by more than a millionth. tests/peers/trace.py --self-test makes such traces with formulas of its own
and checks that equal ones pass and altered ones do not. Needs the environment of tests/peers/setup.sh.
"""
import json
import math
import pathlib
import struct
import sys
import warnings

import torch
from lightly.loss import BarlowTwinsLoss, DCLLoss, DCLWLoss, NegativeCosineSimilarity, NTXentLoss, VICRegLoss
from lightly.utils.scheduler import cosine_schedule, cosine_warmup_schedule
from torch import nn

warnings.filterwarnings("ignore", message="To copy construct")  # within DCLWLoss
LIMIT = 1e-6  # of the relative difference
TYPES = {"F64": torch.float64, "F32": torch.float32, "I64": torch.int64}


def read_tensors(path):
    """The tensors of a safetensors file: 8 bytes of the header's length, the header in JSON, the data."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header, body = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        kind, shape = TYPES[entry["dtype"]], entry["shape"]
        if end - begin != math.prod(shape) * kind.itemsize or end > len(body):
            raise SystemExit(f"{path}: {name} has {end - begin} bytes, which do not fit its shape {shape}")
        flat = torch.frombuffer(body, dtype=kind, count=math.prod(shape), offset=begin) if end > begin else torch.empty(0, dtype=kind)
        tensors[name] = flat.reshape(shape).clone()
    return tensors


class SmallConv(nn.Module):
    """experiments/backbones/smallconv.cpp"""

    def __init__(self, bands, width, layers):
        super().__init__()
        widths = [bands] + [width << i for i in range(layers)]
        self.layers = nn.Sequential()
        for inputs, outputs in zip(widths, widths[1:]):
            self.layers.append(nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False))
            self.layers.append(nn.BatchNorm2d(outputs))
            self.layers.append(nn.ReLU())

    def forward(self, x):
        return self.layers(x).mean((2, 3))


class Perceptron(nn.Module):
    """experiments/network.cpp; `ending` is linear, biased, norm or plain norm (without scale and shift)."""

    def __init__(self, inputs, widths, ending, norm="batch"):
        super().__init__()
        make = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm, "none": None}[norm]
        self.layers = nn.Sequential()
        for i, width in enumerate(widths):
            last = i + 1 == len(widths)
            self.layers.append(nn.Linear(inputs, width, bias=ending == "biased" if last else make is None))
            if make and (not last or ending.endswith("norm")):
                plain = last and ending == "plain norm"
                setting = "affine" if norm == "batch" else "elementwise_affine"
                self.layers.append(make(width, **{setting: not plain}))
            if not last:
                self.layers.append(nn.ReLU())
            inputs = width

    def forward(self, x):
        return self.layers(x)


class Pupil(nn.Module):
    ENDINGS = {"simclr": "norm", "dcl": "norm", "vicreg": "linear", "barlow": "linear", "byol": "biased", "simsiam": "plain norm"}

    def __init__(self, config, bands):
        super().__init__()
        objective, backbone = config["objective"], config["backbone"]
        if backbone["name"] != "smallconv":
            raise SystemExit("trace.py rebuilds smallconv only, not " + backbone["name"])
        if objective["name"] not in self.ENDINGS:
            raise SystemExit("trace.py knows no objective " + objective["name"])
        self.backbone = SmallConv(bands, backbone["width"], backbone["layers"])
        features = backbone["width"] << (backbone["layers"] - 1)
        widths = objective["projector"]
        ending = self.ENDINGS[objective["name"]]
        self.head = Perceptron(features, widths, ending, objective.get("projector_norm", "batch"))
        if objective.get("predictor", 0) > 0:
            embedding = widths[-1] if widths else features
            self.predictor = Perceptron(embedding, [objective["predictor"], embedding], "biased")

    def forward(self, x):
        return self.head(self.backbone(x))


def build(config, bands):
    net = Pupil(config, bands)
    if config["objective"]["name"] == "byol":
        net.teacher = Pupil(config | {"objective": config["objective"] | {"predictor": 0}}, bands).requires_grad_(False)
    return net.double().train()


def loss_of(net, objective, views):
    """All views go through a network as one batch, so that batch norm sees them together."""
    name, both = objective["name"], torch.cat(views)
    projections = net(both)
    if name in ("byol", "simsiam"):
        goals = projections
        if objective.get("stop_gradient", True):
            with torch.no_grad():
                goals = net.teacher(both) if name == "byol" else projections.detach()
        predictions = net.predictor(projections) if hasattr(net, "predictor") else projections
        p, g, opposite = predictions.chunk(2), goals.chunk(2), NegativeCosineSimilarity()
        each = opposite(p[0], g[1]) + opposite(p[1], g[0])  # minus two cosines
        return 4 + 2 * each if name == "byol" else each / 2  # BYOL: 2 - 2 cos of each direction, added
    peer = {
        "simclr": lambda o: NTXentLoss(temperature=o["temperature"]),
        "dcl": lambda o: DCLWLoss(o["temperature"], o["sigma"]) if o["sigma"] > 0 else DCLLoss(o["temperature"]),
        "vicreg": lambda o: VICRegLoss(o["invariance"], o["variance"], o["covariance"]),
        "barlow": lambda o: BarlowTwinsLoss(lambda_param=o["lambda"]),
    }[name](objective)
    return peer(*projections.chunk(2))


def rate_factor(schedule, step, steps):
    rise = math.floor(schedule["warmup"] * steps + 0.5)
    final = 1 if schedule["shape"] == "constant" else schedule["final"]
    return cosine_warmup_schedule(step - 1, steps, 1, final, warmup_steps=rise, warmup_start_value=0)


def peer_losses(trace):
    config = json.loads((trace / "config.json").read_text())
    batches = sorted(trace.glob("step-*.safetensors"))
    if [int(b.stem[5:]) for b in batches] != list(range(1, len(batches) + 1)) or not batches:
        raise SystemExit(f"{trace} does not hold steps 1, 2, ...")
    objective, settings, training = config["objective"], config["optimizer"], config["training"]
    if settings["name"] != "sgd":
        raise SystemExit("trace.py follows sgd only, not " + settings["name"])
    weights = read_tensors(trace / "weights.safetensors")
    net = build(config, weights["backbone.layers.0.weight"].shape[1])
    net.load_state_dict(weights, strict=True)
    learning = [p for p in net.parameters() if p.requires_grad]
    groups = [
        {
            "params": [weight],
            "weight_decay": settings["weight_decay"] if weight.dim() > 1 else 0,
            "rate": objective.get("predictor_rate", 1) if name.startswith("predictor.") else 1,
        }
        for name, weight in net.named_parameters()
        if weight.requires_grad
    ]
    optimizer = torch.optim.SGD(groups, lr=settings["learning_rate"], momentum=settings["momentum"])
    for step, batch in enumerate(batches, 1):
        views = read_tensors(batch)
        optimizer.zero_grad()
        loss = loss_of(net, objective, [views[name] for name in sorted(views) if name.startswith("view")])
        loss.backward()
        if training["clip_norm"] > 0:
            nn.utils.clip_grad_norm_(learning, training["clip_norm"])
        for group in optimizer.param_groups:
            group["lr"] = settings["learning_rate"] * rate_factor(config["schedule"], step, training["steps"]) * group["rate"]
        optimizer.step()
        if hasattr(net, "teacher"):
            keep = objective["momentum"]
            if objective.get("momentum_rises", True):
                keep = cosine_schedule(step - 1, training["steps"], keep, 1)
            pupil = dict(net.named_parameters())
            with torch.no_grad():
                for name, weight in net.teacher.named_parameters():
                    weight.mul_(keep).add_(pupil[name], alpha=1 - keep)
        yield step, loss.item()


def compare(run):
    """Prints the table; whether all steps agree."""
    engine = {}
    for line in (run / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "step":
            engine[event["step"]] = event["loss"]
    print(f"{'step':>6} {'ours':>22} {'peer':>22} {'difference':>12}")
    differences = []
    for step, peer in peer_losses(run / "trace"):
        if step not in engine:
            raise SystemExit(f"{run / 'events.jsonl'} has no loss of step {step}")
        ours = engine[step]
        differences.append(abs(ours - peer) / abs(peer))
        print(f"{step:6} {ours:22.15g} {peer:22.15g} {differences[-1]:12.2e}")
    agree = all(d <= LIMIT for d in differences)  # not of what is no number
    print(f"largest relative difference of {len(differences)} steps: {max(differences):.2e}, {'within' if agree else 'NOT within'} {LIMIT:.0e}")
    return agree


def losses(folder):
    """The peers' losses alone, of all runs in a folder, as JSON."""
    traced = sorted(run for run in folder.iterdir() if (run / "trace").is_dir())
    return {run.name: [loss for _, loss in peer_losses(run / "trace")] for run in traced}


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        import tracetest

        tracetest.run(compare)
    elif len(sys.argv) == 3 and sys.argv[1] == "--losses":
        print(json.dumps(losses(pathlib.Path(sys.argv[2])), indent=1))
    elif len(sys.argv) == 2:
        sys.exit(0 if compare(pathlib.Path(sys.argv[1])) else 1)
    else:
        raise SystemExit(__doc__)
