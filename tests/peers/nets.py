# SPDX-License-Identifier: Apache-2.0
"""The engine's networks in plain PyTorch, their weights in the same order: experiments/backbones, network.cpp, transformer.cpp, convnext.cpp."""
import torch
from lightly.models import utils
from lightly.models.modules.heads import ProjectionHead
from torch import nn
from torch.nn import functional as F


def smallconv(bands, settings):
    layers, inputs = [], bands
    for i in range(settings["layers"]):
        width = settings["width"] << i
        layers += [nn.Conv2d(inputs, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        inputs = width
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    net.width = inputs
    return net


def head(inputs, widths, ending, normed=True):
    """lightly's head of these widths; `ending` is linear, biased, norm or plain norm (without scale and shift)."""
    blocks = []
    for width in widths[:-1]:
        blocks.append((inputs, width, nn.BatchNorm1d(width) if normed else None, nn.ReLU()))
        inputs = width
    norm = nn.BatchNorm1d(widths[-1], affine=ending == "norm") if ending.endswith("norm") else None
    return ProjectionHead(blocks + [(inputs, widths[-1], norm, None, ending == "biased")])


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, tokens, width)
        x = x + self.proj(seen)
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


def positions(width, side):
    table = torch.as_tensor(utils.get_2d_sine_cosine_positional_embedding(width, side, cls_token=True))
    return table.float().reshape(1, -1, width)


class MaskedTransformer(nn.Module):
    """ViT tiny and MAE's decoder, as lightly puts them together."""

    def __init__(self, bands, backbone, objective, size_px):
        super().__init__()
        width, narrow, self.px = 192, objective["decoder_width"], backbone["patch"]
        side = size_px // self.px
        self.ratio = objective["mask_ratio"]
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.embed = nn.Conv2d(bands, width, self.px, stride=self.px)
        self.blocks = nn.Sequential(*[Block(width, 3) for _ in range(backbone["depth"])])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder = nn.Module()
        self.decoder.hidden = nn.Parameter(torch.zeros(1, 1, narrow))
        self.decoder.embed = nn.Linear(width, narrow)
        self.decoder.blocks = nn.Sequential(*[Block(narrow, narrow // 32) for _ in range(objective["decoder_depth"])])
        self.decoder.norm = nn.LayerNorm(narrow, eps=1e-6)
        self.decoder.predict = nn.Linear(narrow, self.px**2 * bands)
        self.register_buffer("places", positions(width, side))
        self.register_buffer("decoder_places", positions(narrow, side))

    def forward(self, images):
        """What it predicts of the hidden patches, and those."""
        tokens = self.embed(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(len(images), -1, -1), tokens], 1) + self.places
        keep, hide = utils.random_token_mask(tokens.shape[:2], mask_ratio=self.ratio)
        features = self.norm(self.blocks(utils.get_at_index(tokens, keep)))
        decoder = self.decoder
        x = utils.repeat_token(decoder.hidden, tokens.shape[:2])
        x = utils.set_at_index(x, keep, decoder.embed(features)) + self.decoder_places
        x = decoder.norm(decoder.blocks(x))
        return decoder.predict(utils.get_at_index(x, hide)), utils.get_at_index(utils.patchify(images, self.px), hide - 1)


class MapNorm(nn.LayerNorm):
    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ResponseNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        length = torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True)
        return self.weight * (x * (length / (length.mean(-1, keepdim=True) + 1e-6))) + self.bias + x


class ConvBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.fc1, self.grn = nn.Linear(channels, 4 * channels), ResponseNorm(4 * channels)
        self.fc2 = nn.Linear(4 * channels, channels)

    def forward(self, x, seen=None):
        y = F.gelu(self.fc1(self.norm(self.conv(x).permute(0, 2, 3, 1))))
        y = self.grn(y if seen is None else y * seen.permute(0, 2, 3, 1))
        y = self.fc2(y).permute(0, 3, 1, 2)
        return x + (y if seen is None else y * seen)


class MaskedConvNet(nn.Module):
    """ConvNeXt V2 atto for small images, with dense masks, and FCMAE's decoder."""

    def __init__(self, bands, objective, px=8):
        super().__init__()
        widths, narrow, self.px = (40, 80, 160, 320), objective["decoder_width"], px
        self.ratio = objective["mask_ratio"]
        self.stages = nn.ModuleList()
        for i, (width, depth) in enumerate(zip(widths, (2, 2, 6, 2))):
            if i == 0:
                first = [nn.Conv2d(bands, width, 3, padding=1), MapNorm(width)]
            else:
                first = [MapNorm(width // 2), nn.Conv2d(width // 2, width, 2, stride=2)]
            self.stages.append(nn.ModuleList([nn.Sequential(*first)] + [ConvBlock(width) for _ in range(depth)]))
        self.norm = nn.LayerNorm(widths[-1], eps=1e-6)  # of the mean: not used here
        self.decoder = nn.Module()
        self.decoder.hidden = nn.Parameter(torch.zeros(1, 1, narrow))
        self.decoder.embed = nn.Linear(widths[-1], narrow)
        self.decoder.block = ConvBlock(narrow)
        self.decoder.predict = nn.Linear(narrow, px**2 * bands)

    def forward(self, images):
        """What it predicts of the hidden patches, and those."""
        n, cells = len(images), images.shape[2] // self.px
        order = torch.rand(n, cells**2).argsort(1)
        keep = int(cells**2 * (1 - self.ratio))
        seen = torch.zeros(n, cells**2).scatter_(1, order[:, :keep], 1).view(n, 1, cells, cells)
        enlarged = lambda times: seen.repeat_interleave(times, 2).repeat_interleave(times, 3)
        x = images * enlarged(self.px)
        for i, (first, *blocks) in enumerate(self.stages):
            mask = enlarged(self.px >> i)
            x = first(x) * mask
            for block in blocks:
                x = block(x, mask)
        decoder, mask = self.decoder, seen.permute(0, 2, 3, 1)
        x = decoder.embed(x.permute(0, 2, 3, 1)) * mask + decoder.hidden.unsqueeze(1) * (1 - mask)
        x = decoder.block(x.permute(0, 3, 1, 2)).flatten(2).transpose(1, 2)
        hide = order[:, keep:]
        return decoder.predict(utils.get_at_index(x, hide)), utils.get_at_index(utils.patchify(images, self.px), hide)
