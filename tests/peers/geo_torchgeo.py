# SPDX-License-Identifier: Apache-2.0
"""The same folders by TorchGeo's classes: for each sample the id of its patch, layers (name: (bands, pixels)), and label or labels
and split where the class has them. Bands of 20 and 60 m are left out where the class interpolates what Revisit repeats."""
import random
from datetime import datetime, timezone
from pathlib import Path

import torchgeo.datasets as sets

from geo_read import COLUMNS, EUROSAT, day
from layouts import L1C, L2A

FINE = ["B02", "B03", "B04", "B08"]


def classes(kind, layer, bands, **more):
    def samples(folder):
        for split in ("train", "val", "test"):
            data = kind(str(folder), split, **more)
            for n, (file, _) in enumerate(data.samples):
                sample = data[n]
                path = Path(file)
                yield {"id": f"{path.parent.name}/{path.name}", "layers": {layer: (bands, sample["image"].numpy())},
                       "label": data.classes[sample["label"]], "split": "train" if split == "train" else "test"}
    return samples


def bigearthnet(folder):
    for split in ("train", "val", "test"):
        data = sets.BigEarthNetV2(str(folder), split)
        for n in range(len(data)):
            sample = data[n]
            optical = sample["image_s2"].numpy()[[L2A.index(band) for band in FINE]]
            names = [data.class_set[k] for k in range(19) if sample["label"][k]]
            # radar is left out: the class cuts its decibels to whole numbers
            yield {"id": data.metadata_df.iloc[n]["patch_id"], "layers": {"sentinel-2-l2a": (FINE, optical)},
                   "labels": set(names), "split": "train" if split == "train" else "test"}


def seco(folder):
    data = sets.SeasonalContrastS2(str(folder), bands=["B2", "B3", "B4", "B8"])
    for look in sorted((folder / "seasonal_contrast_100k").glob("*/*")):
        pixels = data._load_patch(str(look.parent), look.name).numpy()
        yield {"id": f"{look.parent.name}/{day(look.name)}", "layers": {"sentinel-2-l2a": (FINE, pixels)}}


def ssl4eo(folder):
    for part, layer, bands in (("s2c", "sentinel-2-l1c", L1C), ("s2a", "sentinel-2-l2a", L2A), ("s1", "sentinel-1", ["VV", "VH"])):
        data = sets.SSL4EOS12(str(folder), part, seasons=4)
        for place in range(len(list((folder / part).iterdir()))):
            random.seed(place)
            sample = data[place]
            for season, pixels in enumerate(sample["image"].numpy().reshape(4, len(bands), 264, 264)):
                date = datetime.fromtimestamp(sample["t"][season].item(), timezone.utc).date()
                yield {"id": f"{place:07}/{date}", "layers": {layer: (bands, pixels)}}


def so2sat(folder):
    for split, part in (("train", "training"), ("validation", "validation"), ("test", "testing")):
        data = sets.So2Sat(str(folder), "2", split)
        for n in range(len(data)):
            sample = data[n]
            pixels = sample["image"].numpy()
            yield {"id": f"{part}/{n}", "layers": {"sentinel-1": (None, pixels[:8]), "sentinel-2-l1c": (None, pixels[8:])},
                   "class": int(sample["label"]), "split": "train" if split == "train" else "test"}


def mmearth(folder):
    modalities = {"sentinel2": "sentinel-2", "sentinel1_asc": "sentinel-1-ascending", "sentinel1_desc": "sentinel-1-descending",
                  "aster": "dem", "canopy_height_eth": "canopy-height", "sentinel2_scl": "scene-classification",
                  "sentinel2_cloudmask": "cloud-mask", "sentinel2_cloudprod": "cloud-probability"}
    data = sets.MMEarth(str(folder.parent), "MMEarth100k", list(modalities), normalization_mode="min-max")
    for n in range(len(data)):  # it has the training split alone
        sample = data[n]
        yield {"id": sample["tile_id"], "split": "train", "date": sample["date"], "lon": sample["lon"], "lat": sample["lat"],
               "layers": {layer: (None, sample[("mask_" if "sentinel2_" in key else "image_") + key].numpy())
                          for key, layer in modalities.items()}}


def cropharvest(folder):
    data = sets.CropHarvest(str(folder))
    for n in range(len(data)):
        sample, name = data[n], Path(data.files[n]["chip"]).stem
        label = {"Other": "crop", "None": "no crop"}.get(data.classes[sample["label"]], data.classes[sample["label"]])
        for month in range(12):
            yield {"id": f"{name}/{month + 1}", "label": label,
                   "layers": {layer: (None, sample["array"].numpy()[0 if layer == "dem" else month, c].reshape(-1, 1, 1))
                              for layer, c in COLUMNS.items()}}


def safe(product):
    """The bands of 10 m of a product, cut as Revisit cuts them."""
    data = sets.Sentinel2(str(product), bands=FINE, res=10)
    pixels = data[data.bounds]["image"].numpy()
    for row in range(pixels.shape[1] // 64):
        for column in range(pixels.shape[2] // 64):
            tile = pixels[:, row * 64:row * 64 + 64, column * 64:column * 64 + 64]
            yield {"id": f"r{row}c{column}", "layers": {f"sentinel-2-l{product.name[8:10].lower()}": (FINE, tile)}}


RGB = ["red", "green", "blue"]
SAMPLES = {"eurosat": classes(sets.EuroSAT, "sentinel-2-l1c", EUROSAT), "ucmerced": classes(sets.UCMerced, "rgb", RGB),
           "resisc45": classes(sets.RESISC45, "rgb", RGB), "bigearthnet": bigearthnet, "seco": seco, "ssl4eo": ssl4eo,
           "so2sat": so2sat, "mmearth": mmearth, "cropharvest": cropharvest}
