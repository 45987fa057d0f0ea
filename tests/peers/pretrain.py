#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the engine's smallconv with lightly's SimCLR or VICReg for some minutes, as lightly's users do for small images.

tests/peers/pretrain.py --objective simclr --data EuroSAT_RGB.zip --minutes 3 --seed 1 --to weights.pth

The images are those that the engine trains on, from lightly's LightlyDataset over a folder; unpacking them is not counted.
Transforms, heads and losses are lightly's: its settings for CIFAR, the head as wide as the engine's, and the data set's own mean
and deviation, with which the engine probes. The file has the backbone's names, so that a run loads it with weights.path;
--early EPOCHS FILE keeps the weights as they are after so many epochs, too. Prints what was done as JSON;
leaves with 3 where the loss is no number any more.
Needs the environment of tests/peers/setup.sh.
"""
import argparse
import json
import math
import os
import pathlib
import sys
import tempfile
import time
import zipfile

import numpy
import torch
from lightly.data import LightlyDataset
from lightly.loss import NTXentLoss, VICRegLoss
from lightly.models.modules.heads import SimCLRProjectionHead, VICRegProjectionHead
from lightly.transforms import SimCLRTransform, VICRegTransform
from PIL import Image
from torch import nn
from trace import SmallConv

BATCH, SIDE, WARM_UP = 128, 32, 0.05
WIDTH, LAYERS, FEATURES = 32, 4, 256
WORD = 2**64
DIVERGED = 3


def mixed(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)


def trains(name):
    """Whether the engine puts an image of this id into its training split: datasets/sources/folder.cpp, datasets/base/random.h."""
    gold, part, state = 0x9E3779B97F4A7C15, 0xCBF29CE484222325, 0
    for byte in name.encode():
        part = (part ^ byte) * 0x100000001B3 % WORD
    for key in (part, 0, 0):
        state = mixed(state ^ mixed((key + gold) % WORD))
    return (mixed((state + gold) % WORD) >> 11) * 2.0**-53 >= 0.2


def training_names(zipped):
    names = [n for n in zipped.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png"))]
    common = len(os.path.commonpath(names)) + 1 if names else 0  # EuroSAT_RGB/ is no part of an id
    return [n for n in names if trains(n[common:])]


def training_images(archive):
    """Each as an array [H, W, 3] of 8 bits."""
    with zipfile.ZipFile(archive) as zipped:
        for name in training_names(zipped):
            with zipped.open(name) as file:
                yield numpy.asarray(Image.open(file).convert("RGB"))


def unpack(archive, folder):
    """The archive's training images, as they lie in it; their mean and deviation by band, from 0 to 1."""
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(folder, training_names(zipped))
    sums, squares, count = numpy.zeros(3), numpy.zeros(3), 0
    for image in training_images(archive):
        pixels = image.reshape(-1, 3) / 255
        sums, squares, count = sums + pixels.sum(0), squares + (pixels**2).sum(0), count + len(pixels)
    mean = sums / count
    return {"mean": mean.tolist(), "std": numpy.sqrt(squares / count - mean**2).tolist()}


def method(name, bands):
    """Transform, head and loss."""
    if name == "simclr":
        transform = SimCLRTransform(input_size=SIDE, cj_strength=0.5, gaussian_blur=0.0, normalize=bands)
        return transform, SimCLRProjectionHead(FEATURES, 256, 128), NTXentLoss()
    return VICRegTransform(input_size=SIDE, normalize=bands), VICRegProjectionHead(FEATURES, 256, 256, num_layers=2), VICRegLoss()


def rate_factor(done):
    """Of a share of the time: up in a straight line, then down along half a cosine."""
    if done < WARM_UP:
        return done / WARM_UP
    return (1 + math.cos(math.pi * min(1, (done - WARM_UP) / (1 - WARM_UP)))) / 2


def main(asked, folder):
    cores = len(os.sched_getaffinity(0))
    torch.set_num_threads(cores)
    torch.manual_seed(asked.seed)
    bands = unpack(asked.data, folder)
    transform, head, loss_of = method(asked.objective, bands)
    images = LightlyDataset(str(folder), transform=transform)
    loader = torch.utils.data.DataLoader(images, batch_size=BATCH, shuffle=True, drop_last=True, num_workers=cores, persistent_workers=True)
    backbone = SmallConv(3, WIDTH, LAYERS)
    net = nn.Sequential(backbone, head).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=asked.learning_rate, momentum=0.9, weight_decay=5e-4)
    early_at = asked.early and math.ceil(float(asked.early[0]) * len(loader))
    steps, done, began = 0, 0, time.perf_counter()
    while done < 1:
        for (first, second), _, _ in loader:
            optimizer.param_groups[0]["lr"] = asked.learning_rate * rate_factor(done)
            optimizer.zero_grad()
            loss = loss_of(net(first), net(second))
            loss.backward()
            optimizer.step()
            steps += 1
            if not math.isfinite(loss.item()):
                print(f"lightly's {asked.objective} diverged at step {steps}: its loss is {loss.item()}", file=sys.stderr)
                return DIVERGED
            if steps == early_at:
                torch.save(backbone.state_dict(), asked.early[1])
            done = (time.perf_counter() - began) / (60 * asked.minutes)
            if done >= 1:
                break
    torch.save(backbone.state_dict(), asked.to)
    print(json.dumps({"images": len(images), "steps": steps, "epochs": steps / len(loader), "seconds": time.perf_counter() - began,
                      "loss": loss.item(), "learning_rate": asked.learning_rate, **bands}))
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objective", choices=["simclr", "vicreg"], required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="a zip of images")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=0.06, help="the largest; 0.06")
    parser.add_argument("--early", nargs=2, metavar=("EPOCHS", "FILE"))
    parser.add_argument("--to", type=pathlib.Path, required=True)
    with tempfile.TemporaryDirectory() as scratch:
        status = main(parser.parse_args(), pathlib.Path(scratch))
    sys.exit(status)
