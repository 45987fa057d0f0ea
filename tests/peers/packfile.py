# SPDX-License-Identifier: Apache-2.0
"""A reader of packs, written from docs/pack.md alone, so that it also shows whether that page is enough."""
import json
import struct
import zlib
from datetime import date, timedelta
from pathlib import Path

import numpy as np


class Pack:
    """header: the JSON; patches: a list of dicts with id, lon, lat, label (a name or None), date, place, split, and factors;
    statistics: [bands of all layers, 6]."""

    def __init__(self, file):
        bytes = Path(file).read_bytes()
        assert bytes[:8] == b"REVISITP", "no pack"
        version, checksum = struct.unpack_from("<II", bytes, 8)
        headerBytes, _, count, records, length, zero = struct.unpack_from("<6Q", bytes, 16)
        assert version == 2 and length == len(bytes) and zero == 0
        assert checksum == zlib.crc32(bytes[16:records]), "damaged"
        self.header = json.loads(bytes[64:64 + headerBytes])
        at = 64 + headerBytes
        layers = self.header["layers"]

        def take(dtype, *shape):
            nonlocal at
            array = np.frombuffer(bytes, dtype, int(np.prod(shape)), at).reshape(shape)
            at += array.nbytes
            return array

        self.statistics = take("<f8", sum(len(layer["bands"]) for layer in layers), 6)
        lon, lat = take("<f8", count), take("<f8", count)
        label, day, place = take("<i4", count), take("<i4", count), take("<u4", count)
        split = take("u1", count)
        self.numbers = [take("<u4", count) for _ in layers]
        factors = [take("<f4", count) for _ in self.header["factors"]]
        ends = take("<u4", count + 1)
        ids = bytes[at:at + int(ends[-1])]
        self.patches = [{
            "id": ids[ends[i]:ends[i + 1]].decode(), "lon": lon[i], "lat": lat[i],
            "label": self.header["classes"][label[i]] if label[i] >= 0 else None,
            "date": None if day[i] == -(2**31) else str(date(1970, 1, 1) + timedelta(int(day[i]))),
            "place": int(place[i]), "split": "test" if split[i] else "train",
            "factors": {f["name"]: factors[k][i] for k, f in enumerate(self.header["factors"])}} for i in range(count)]
        size, self.stores, at = self.header["size_px"], [], records
        for layer in layers:
            dtype = np.dtype(layer["sample"]).newbyteorder("<")
            planes = len(layer["bands"]) * size * size
            stride = -(-planes * dtype.itemsize // 64) * 64
            raw = np.frombuffer(bytes, "u1", stride * layer["records"], at).reshape(layer["records"], stride)
            self.stores.append(raw[:, :planes * dtype.itemsize].copy().view(dtype).reshape(-1, len(layer["bands"]), size, size))
            at += stride * layer["records"]
        assert at == len(bytes), "records end elsewhere"

    def bands(self, layer):
        return [band["name"] for band in self.header["layers"][layer]["bands"]]

    def pixels(self, patch, layer):
        """[bands, size, size] as they are stored; None where the patch has no record."""
        number = self.numbers[layer][patch]
        return None if number == 2**32 - 1 else self.stores[layer][number]
