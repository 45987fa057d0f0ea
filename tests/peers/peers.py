#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python side of `revisit-engine bench --peers`: the same work, as users of these libraries would write it.

Reads {"bench": NAME, ...its task} from standard input and answers {"peer": NAME AND VERSION} when it is ready, with
{"weights": how many it trains, "loss": before the first step} where the task tells those; after that each line asks for a round and is answered with {"value": the figure, ...}.
"""
import json
import os
import sys
import time
from importlib.metadata import version


def noise(count, size_px):
    import numpy
    from PIL import Image

    random = numpy.random.default_rng(0)
    return [Image.fromarray(random.integers(0, 256, (size_px, size_px, 3), numpy.uint8)) for _ in range(count)]


def simclr_views(size_px):
    from lightly.transforms import SimCLRTransform

    return SimCLRTransform(input_size=size_px, cj_strength=0.5)


class Augment:
    peer = "lightly"

    def __init__(self, task):
        import torch

        torch.set_num_threads(task["threads"])
        self.seconds = task["seconds"]
        self.images = noise(task["batch"], task["size_px"])
        self.transform = simclr_views(task["size_px"])

    def round(self):
        began, pairs, taken = time.perf_counter(), 0, 0
        while taken < self.seconds:
            for image in self.images:
                self.transform(image)
            pairs += len(self.images)
            taken = time.perf_counter() - began
        return {"value": pairs / taken}


class Step:
    peer = "torch"

    def __init__(self, task):
        import torch
        import torchvision

        torch.set_num_threads(task["threads"])
        torch.manual_seed(0)
        self.steps = task["steps"]
        self.net = torchvision.models.resnet18(num_classes=task["classes"])
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
        self.images = torch.rand(task["batch"], 3, task["size_px"], task["size_px"])
        self.labels = torch.arange(task["batch"]) % task["classes"]
        self.loss = torch.nn.CrossEntropyLoss()

    def round(self):
        began = time.perf_counter()
        for _ in range(self.steps):
            self.optimizer.zero_grad()
            loss = self.loss(self.net(self.images), self.labels)
            loss.backward()
            self.optimizer.step()
            loss.item()
        return {"value": (time.perf_counter() - began) / self.steps}


class Patches:
    def __init__(self, images, transform):
        self.images, self.transform = images, transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.transform(self.images[i])


class Train:
    peer = "lightly"

    def __init__(self, task):
        import torch
        from lightly.loss import NTXentLoss
        from lightly.models.modules import SimCLRProjectionHead

        torch.set_num_threads(task["threads"])
        torch.manual_seed(0)
        images = noise(task["batch"] * task["steps"], task["patch_px"])
        self.loader = torch.utils.data.DataLoader(
            Patches(images, simclr_views(task["input_px"])), batch_size=task["batch"], shuffle=True, drop_last=True,
            num_workers=task["threads"], persistent_workers=True)
        layers, inputs = [], 3
        for width in (32, 64, 128, 256):
            layers += [torch.nn.Conv2d(inputs, width, 3, stride=2, padding=1, bias=False),
                       torch.nn.BatchNorm2d(width), torch.nn.ReLU(inplace=True)]
            inputs = width
        self.net = torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(),
                                       SimCLRProjectionHead(256, 256, 128))
        self.loss = NTXentLoss(temperature=0.1)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.06, momentum=0.9, weight_decay=5e-4)

    def round(self):
        began, count = time.perf_counter(), 0
        for a, b in self.loader:
            self.optimizer.zero_grad()
            loss = self.loss(self.net(a), self.net(b))
            loss.backward()
            self.optimizer.step()
            loss.item()
            count += len(a)
        return {"value": count / (time.perf_counter() - began)}


class Tsne:
    peer = "openTSNE"

    def __init__(self, task):
        import numpy
        import openTSNE

        self.points = numpy.fromfile(task["data"], "<f4").reshape(task["points"], task["dimensions"])
        self.tsne = openTSNE.TSNE(n_jobs=task["threads"], random_state=0)

    def round(self):
        began = time.perf_counter()
        layout = self.tsne.fit(self.points)
        return {"value": time.perf_counter() - began, "layout": layout.ravel().tolist()}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not stand between the answers

    def say(answer):
        print(json.dumps(answer), file=answers, flush=True)

    task = json.loads(sys.stdin.readline())
    if task["bench"].startswith("objective-"):
        from objectives import Objective

        bench = Objective(task)
    elif task["bench"].startswith("data-"):
        import data

        bench = (data.Pack if task["bench"].startswith("data-pack") else data.Read)(task)
    else:
        bench = {"augment": Augment, "step": Step, "train": Train, "tsne": Tsne}[task["bench"]](task)
    say({"peer": f"{bench.peer} {version(bench.peer)}"} | getattr(bench, "about", {}))
    for _ in sys.stdin:
        say(bench.round())


if __name__ == "__main__":
    main()
