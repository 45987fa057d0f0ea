# SPDX-License-Identifier: Apache-2.0
"""geo.py ENGINE [DATA]: reads data sets by revisit-engine, by rasterio and h5py, and by TorchGeo, and compares pixel by pixel.

The data sets are the small generated ones of layouts.py and, if DATA names the folder, the real files there. Each is packed by
`revisit-engine data pack PATH`, with no setting, as a user points at it; the pack is read by packfile.py. Prints a Markdown table;
each difference goes to standard error, and any makes it fail."""
import json
import os
import subprocess
import sys
import tempfile
import warnings
from itertools import chain
from pathlib import Path

import numpy as np
import pandas
import rasterio

import geo_read
import layouts
from layouts import L1C, L2A
from packfile import Pack

warnings.filterwarnings("ignore", category=rasterio.errors.NotGeoreferencedWarning)
MMEARTH = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B8A", "B08", "B09", "B10", "B11", "B12"]
# the folder below the generated one that is pointed at, what reads it, and the bands of its layers
GENERATED = {
    "eurosat": (".", geo_read.classes("eurosat", "sentinel-2-l1c", "ds/images/remote_sensing/otherDatasets/sentinel_2/tif/*/*.tif"),
                {"sentinel-2-l1c": geo_read.EUROSAT}),
    "ucmerced": (".", geo_read.classes("uc_merced", "rgb", "UCMerced_LandUse/Images/*/*.tif"), {}),
    "resisc45": (".", geo_read.classes("resisc45", "rgb", "NWPU-RESISC45/*/*.jpg"), {}),
    "bigearthnet": (".", geo_read.bigearthnet, {"sentinel-2-l2a": L2A, "sentinel-1": ["VV", "VH"]}),
    "fmow": (".", geo_read.fmow, {"sentinel-2-l1c": L1C}),
    "seco": (".", geo_read.seasons([("seasonal_contrast_100k", "sentinel-2-l2a", L2A)]), {"sentinel-2-l2a": L2A}),
    "ssl4eo": (".", geo_read.seasons([("s2a", "sentinel-2-l2a", L2A), ("s2c", "sentinel-2-l1c", L1C), ("s1", "sentinel-1", ["VV", "VH"])]),
               {"sentinel-2-l2a": L2A, "sentinel-2-l1c": L1C, "sentinel-1": ["VV", "VH"]}),
    "so2sat": (".", geo_read.so2sat, {"sentinel-2-l1c": ["B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12"]}),
    "mmearth": ("data_100k_v001", geo_read.mmearth, {"sentinel-2": MMEARTH, "dem": ["elevation", "slope"]}),
    "cropharvest": (".", geo_read.cropharvest, {"sentinel-1": ["VV", "VH"], "sentinel-2-l1c": [b for b in L2A if b != "B01"]}),
    "s2-100k": (".", geo_read.s2_100k, {"sentinel-2-l2a": L2A}),
}


class Comparison:
    def __init__(self, title, generated):
        self.title, self.generated = title, generated
        self.differences = self.patches = self.pixels = 0
        self.facts, self.peer = set(), "no class"

    def need(self, same, what):
        if not same:
            self.differences += 1
            print(f"{self.title}: {what}", file=sys.stderr)

    def same(self, mine, theirs, what):
        """Pixels: equal, or no number in both; averages, which are not rounded in `theirs`, within half."""
        if mine is not None and theirs.dtype == "float64" and mine.dtype.kind == "u":
            self.need(np.abs(mine - theirs).max() < 0.5 + 1e-6, f"{what} has other pixels")
            self.pixels += theirs.size
            return
        if theirs.dtype.kind == "f":  # packs hold 32 bits
            theirs = np.where(np.isfinite(theirs), theirs, np.nan).astype("float32")
        self.need(mine is not None and mine.shape == theirs.shape and np.array_equal(mine, theirs, equal_nan=theirs.dtype.kind == "f"),
                  f"{what} has other pixels")
        self.pixels += theirs.size

    def fact(self, name, same, what):
        self.facts.add(name)
        self.need(same, what)

    def row(self):
        return (f"| {self.title} | {'generated' if self.generated else 'real'} | {self.patches} | {self.pixels:,} | "
                f"{', '.join(sorted(self.facts))} | {self.peer} | {self.differences} |")


def engine(*words):
    done = subprocess.run([sys.argv[1], *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"geo: {' '.join(map(str, words))}: {done.stderr or done.stdout}")
    return json.loads(done.stdout)


def against(compared, pack, patch, index):
    """One patch of rasterio's, h5py's or TorchGeo's reading and that of the pack."""
    found = pack.patches[index]
    names = [layer["name"] for layer in pack.header["layers"]]
    for layer, pixels in patch["layers"].items():
        bands, pixels = pixels if isinstance(pixels, tuple) else (None, pixels)
        at = names.index(layer)
        mine = pack.pixels(index, at)
        if bands is not None and mine is not None:
            mine = mine[[pack.bands(at).index(band) for band in bands]]
        compared.same(mine, pixels, f"{patch['id']}, {layer}")
    for key in ("date", "label", "split"):
        if patch.get(key) is not None:
            compared.fact(key, found[key] == patch[key], f"{patch['id']}: {key} is {found[key]}, should be {patch[key]}")
    if "class" in patch:
        compared.fact("label", pack.header["classes"].index(found["label"]) == patch["class"], f"{patch['id']}: another class")
    if "lon" in patch:
        compared.fact("lon/lat", abs(found["lon"] - patch["lon"]) < 1e-7 and abs(found["lat"] - patch["lat"]) < 1e-7,
                      f"{patch['id']}: lies at {found['lon']}, {found['lat']}, should at {patch['lon']}, {patch['lat']}")
    if "labels" in patch:
        yes = {name for name in pack.header["classes"] if found["factors"][name] == 1}
        compared.fact("labels", yes == patch["labels"] and found["label"] in yes, f"{patch['id']}: labels are {yes}")
    if "country" in patch:
        choices = next(f["choices"] for f in pack.header["factors"] if f["name"] == "country")
        compared.fact("country", choices[int(found["factors"]["country"])] == patch["country"], f"{patch['id']}: another country")


def statistics(compared, pack, shown):
    """`data show --json` and numpy over the pack's training patches."""
    training = [i for i, patch in enumerate(pack.patches) if patch["split"] == "train"]
    for key, count in (("patches", len(pack.patches)), ("train", len(training)), ("places", len({p["place"] for p in pack.patches}))):
        compared.need(shown[key] == count, f"data show says {shown[key]} {key}, the pack has {count}")
    for at, layer in enumerate(shown["layers"]):
        records = [pack.pixels(i, at) for i in training if pack.pixels(i, at) is not None]
        for b, band in enumerate(layer["bands"]):
            samples = np.concatenate([record[b].ravel() for record in records]).astype("float64")
            there = samples[np.isfinite(samples) & (samples != (np.nan if band["nodata"] is None else band["nodata"]))]
            values = there * band["scale"] + band["offset"]
            mine = [band[key] for key in ("mean", "deviation", "minimum", "maximum")]
            compared.fact("statistics", np.allclose(mine, [values.mean(), values.std(), values.min(), values.max()], 1e-6, 1e-9),
                          f"{layer['name']} {band['name']}: statistics differ")


def packed(title, path, expected, bands, generated=True):
    """Packs `path`, and compares with what `expected` yields; the places of looks as their groups."""
    compared = Comparison(title, generated)
    file = Path(os.environ["REVISIT_CACHE"]) / "own.pack"
    engine("data", "pack", path, "--to", file, "--json")
    pack, shown = Pack(file), engine("data", "show", path, "--json") if path.is_dir() or path.suffix == ".zip" else None
    for layer, names in bands.items():
        at = [one["name"] for one in pack.header["layers"]].index(layer)
        compared.fact("bands", pack.bands(at) == names, f"{layer} has the bands {pack.bands(at)}")
    index = {patch["id"]: i for i, patch in enumerate(pack.patches)}
    seen, groups = set(), {}
    for patch in expected:
        compared.need(patch["id"] in index, f"{patch['id']} is not in the pack")
        if patch["id"] in index:
            against(compared, pack, patch, index[patch["id"]])
            seen.add(patch["id"])
            if "place" in patch:
                groups.setdefault(patch["place"], set()).add(pack.patches[index[patch["id"]]]["place"])
    if groups:
        compared.fact("place", all(len(group) == 1 for group in groups.values()) and
                      len(set.union(*groups.values())) == len(groups), "looks at a place are no group")
    compared.need(seen == set(index), f"{len(index) - len(seen)} patches of the pack are not expected")
    compared.patches = len(index)
    if shown:
        statistics(compared, pack, shown)
    return compared, pack, index


def peer(compared, pack, index, samples):
    """Those of TorchGeo."""
    before, count = compared.differences, 0
    for sample in samples:
        compared.need(sample["id"] in index, f"{sample['id']} is a sample of TorchGeo, and not in the pack")
        if sample["id"] in index:
            against(compared, pack, sample, index[sample["id"]])
        count += 1
    compared.peer = f"{count} samples, {compared.differences - before} differ"


def scaled(compared, pack, divisor, offsets):
    for band, offset in zip(pack.header["layers"][0]["bands"], offsets):
        compared.fact("scale and offset", np.isclose(band["scale"], 1 / divisor) and np.isclose(band["offset"], offset / divisor) and
                      band["nodata"] == 0, f"{band['name']}: scale {band['scale']}, offset {band['offset']}, nodata {band['nodata']}")


def inspected(compared, file):
    """`data show --json` of an image, against rasterio's."""
    shown = engine("data", "show", file, "--json")
    with rasterio.open(file) as image:
        pixels = image.read().astype("float64")
        compared.fact("size", (shown["width"], shown["height"], shown["reference_system"]) ==
                      (image.width, image.height, str(image.crs or "")), f"{file.name}: {shown['reference_system']}")
        for band, own in zip(shown["bands"], pixels):
            values = own[np.isfinite(own) & (own != (np.nan if band["nodata"] is None else band["nodata"]))]
            values = values * band["scale"] + band["offset"]
            mine = [band[key] for key in ("mean", "deviation", "minimum", "maximum")]
            compared.fact("statistics", np.allclose(mine, [values.mean(), values.std(), values.min(), values.max()], 1e-6, 1e-9),
                          f"{file.name}: {band['name']}: statistics differ")


def generated(folder):
    from geo_torchgeo import SAMPLES, safe
    layouts.write(folder)
    for name, (below, read, bands) in GENERATED.items():
        path = folder / name / below
        compared, pack, index = packed(name, path, read(path), bands)
        if name in SAMPLES:
            peer(compared, pack, index, SAMPLES[name](path))
        yield compared
    for level, bands in (("1C", L1C), ("2A", L2A)):
        product = next((folder / "safe").glob(f"*MSIL{level}*.SAFE"))
        for path in (product, product.with_name(product.name + ".zip")):
            compared, pack, index = packed(path.name.split("_2022")[0] + path.suffix, path, geo_read.safe(product, bands),
                                           {f"sentinel-2-l{level.lower()}": bands})
            if path == product:
                peer(compared, pack, index, (tile for tile in safe(product) if tile["id"] in index))
            scaled(compared, pack, 10000, [-1000 - L1C.index(band) for band in bands])
            yield compared


def real(folder):
    yield packed("EuroSAT_RGB-10000.zip", folder / "EuroSAT_RGB-10000.zip", geo_read.zipped(folder / "EuroSAT_RGB-10000.zip"), {}, False)[0]
    yield packed("s2-patches", folder / "s2-patches", geo_read.s2_100k(folder / "s2-patches"), {"sentinel-2-l2a": L2A}, False)[0]
    file = folder / "togo-s1-s2-climate-12-months.tif"
    yield packed(file.name, file, geo_read.stack(file), {}, False)[0]
    for file in [folder / "landsat7-olinda.tif", *sorted((folder / "s2-patches").glob("*.tif"))]:
        compared, pack, _ = packed(file.name, file, geo_read.scene(file, "image"), {}, False)
        inspected(compared, file)
        yield compared
    file = folder / "hooker2018_air_temperature_stations.csv"
    compared, shown, table = Comparison(file.name, False), engine("data", "show", file, "--json"), pandas.read_csv(file)
    compared.patches = len(table)
    compared.fact("rows", shown["rows"] == len(table), "has other rows")
    for column in shown["columns"]:
        own = table[column["name"]]
        if column["type"] == "number":
            compared.fact("statistics", np.allclose([column[key] for key in ("mean", "minimum", "maximum")],
                                                    [own.mean(), own.min(), own.max()]), f"{column['name']}: statistics differ")
    yield compared


def main():
    print("| what | files | patches | samples compared | also equal | TorchGeo | differences |\n|---|---|---|---|---|---|---|")
    differences = 0
    with tempfile.TemporaryDirectory() as place:
        os.environ["REVISIT_CACHE"] = place + "/cache"
        (Path(place) / "cache").mkdir()
        for compared in chain(generated(Path(place) / "layouts"), real(Path(sys.argv[2])) if len(sys.argv) > 2 else ()):
            print(compared.row(), flush=True)
            differences += compared.differences
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
