# SPDX-License-Identifier: Apache-2.0
"""Writes backbones.json, features of torchvision's and timm's networks that tests/engine/tst_backbones.cpp compares with:
python3 make_backbones.py (torch 2.11, torchvision 0.26, timm 1.0.31).

No weights are stored: each follows from its name's place among the sorted names.
"""

import json
import pathlib

import numpy as np
import timm
import torch
import torchvision

torch.set_num_threads(1)  # the same sums in the same order everywhere
RULE = (
    "X(shape, a).flat[k] = sin(a (k+1)) + 0.1 cos(0.37 (k+1)), k = 0.., row-major, float64. Tensor number i of the sorted "
    "names has x = X(shape, 0.7 + 0.137 i) and is: 1 + 0.5 |x| for a running_var; 1 + 0.1 x for a weight of one "
    "dimension; 0.1 x for anything else of one dimension; x / sqrt(elements per entry of the first dimension) for the "
    "rest; num_batches_tracked stays 0. The images are X([2, 3, S, S], 0.05). Networks are in evaluation mode."
)


def X(shape, a):
    k = np.arange(1, np.prod(shape) + 1)
    return torch.from_numpy((np.sin(a * k) + 0.1 * np.cos(0.37 * k)).reshape(shape))


def filled(name, shape, i):
    if not shape:
        return torch.tensor(0)
    x = X(shape, 0.7 + 0.137 * i)
    if name.endswith("running_var"):
        return 1 + 0.5 * x.abs()
    if len(shape) == 1:
        return 1 + 0.1 * x if name.endswith("weight") else 0.1 * x
    return x / np.sqrt(x[0].numel())


def case(peer, backbone, settings, size, net):
    net = net.double().eval()
    names = sorted(net.state_dict())
    shapes = {name: list(net.state_dict()[name].shape) for name in names}
    net.load_state_dict({name: filled(name, shapes[name], i) for i, name in enumerate(names)}, strict=True)
    image = X([2, 3, size, size], 0.05)
    result = {"peer": peer, "backbone": backbone, "settings": settings, "size_px": size}
    for kind in (torch.float64, torch.float32):
        with torch.no_grad():
            features = net.to(kind)(image.to(kind)).double()
        result[str(kind).split(".")[1]] = {
            "shape": list(features.shape),
            "first8": features.flatten()[:8].tolist(),
            "norm": features.norm().item(),
        }
    return result | {"tensors": shapes}


def resnet(kind):
    net = getattr(torchvision.models, kind)(weights=None)
    net.fc = torch.nn.Identity()
    return case(f"torchvision.models.{kind}", kind, {}, 64, net)


def convnext(size):
    net = timm.create_model(f"convnextv2_{size}", pretrained=False, num_classes=0)
    return case(f"timm convnextv2_{size}", "convnextv2", {"size": size, "small_stem": False}, 64, net)


def vit(settings, **peers):
    net = timm.create_model("vit_tiny_patch16_224", pretrained=False, num_classes=0, img_size=64, **peers)
    return case(f"timm vit_tiny_patch16_224 {peers or ''}".strip(), "vit", {"patch": 16} | settings, 64, net)


cases = [
    resnet("resnet18"),
    resnet("resnet34"),
    resnet("resnet50"),
    convnext("atto"),
    convnext("nano"),
    convnext("tiny"),
    vit({}),
    vit({"registers": 2, "depth": 3}, reg_tokens=2, depth=3),
]
versions = {module.__name__: module.__version__ for module in (np, torch, torchvision, timm)}
text = json.dumps({"rule": RULE, "versions": versions, "cases": "@"}, indent=1)
lines = ",\n".join(json.dumps(one) for one in cases)
pathlib.Path(__file__).with_name("backbones.json").write_text(text.replace('"@"', f"[\n{lines}\n]") + "\n")
