# SPDX-License-Identifier: Apache-2.0
"""Writes state.pth, moco.pth and legacy.pth, which tst_weights reads: python3 make_pth.py (in the environment of
tests/peers/setup.sh).

Each holds a backbone like smallconv of width 4 and 2 layers: tensor number k (in the order below) is
(sin(0.1 (k + 1) (i + 1))) for its values i = 0.., row-major; running_var is that squared.
"""

import argparse
import collections
import pathlib

import torch

SHAPES = {
    "layers.0.weight": (4, 3, 3, 3),
    "layers.1.weight": (4,),
    "layers.1.bias": (4,),
    "layers.1.running_mean": (4,),
    "layers.1.running_var": (4,),
    "layers.3.weight": (8, 4, 3, 3),
    "layers.4.weight": (8,),
    "layers.4.bias": (8,),
    "layers.4.running_mean": (8,),
    "layers.4.running_var": (8,),
}


def tensors(prefix="", sign=1.0):
    state = collections.OrderedDict()
    for k, (name, shape) in enumerate(SHAPES.items()):
        values = torch.sin(0.1 * (k + 1) * torch.arange(1, 1 + torch.Size(shape).numel(), dtype=torch.float64))
        values = (values**2 if name.endswith("var") else sign * values).float().reshape(shape)
        state[prefix + name] = values.contiguous()
        if name.endswith("var"):
            state[prefix + name.replace("running_var", "num_batches_tracked")] = torch.tensor(7)
    return state


def main():
    folder = pathlib.Path(__file__).parent
    plain = tensors()
    plain._metadata = collections.OrderedDict(version=2)
    # a parameter, half precision, and a view that is not contiguous
    plain["layers.1.bias"] = torch.nn.Parameter(plain["layers.1.bias"])
    plain["layers.3.weight"] = plain["layers.3.weight"].permute(1, 2, 3, 0).contiguous().permute(3, 0, 1, 2)
    plain["layers.4.bias"] = plain["layers.4.bias"].half()
    plain["layers.4.weight"] = plain["layers.4.weight"].bfloat16()
    torch.save(plain, folder / "state.pth")
    torch.save(plain, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    both = collections.OrderedDict()
    both.update(tensors("module.encoder_q."))
    both.update(tensors("module.encoder_k.", sign=-1.0))
    both["module.encoder_q.fc.weight"] = torch.ones(2, 8)
    both["module.queue"] = torch.ones(2, 3)
    moments = {0: {"momentum_buffer": torch.ones(4)}}
    torch.save(
        {
            "epoch": 200,
            "arch": "smallconv",
            "best": 0.5,
            "args": argparse.Namespace(lr=0.03, schedule=[120, 160]),
            "state_dict": both,
            "optimizer": {"state": moments, "param_groups": [{"lr": 0.03, "params": [0, 1]}]},
        },
        folder / "moco.pth",
    )


if __name__ == "__main__":
    main()
