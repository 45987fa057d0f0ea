# SPDX-License-Identifier: Apache-2.0
"""What is in a folder of a published layout, as rasterio, h5py and pandas read it: for each patch a dict of id, layers (name:
[bands, size, size] as stored, with NaN for what is no number) and, where the layout knows them, lon, lat, date, label, split,
place and factors. `tiles` does the same for an image that is cut on a grid, of whatever id the pack has."""
import io
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas
import rasterio
from PIL import Image
from rasterio.warp import transform

from layouts import L1C, L2A

EUROSAT = [band for band in L1C if band != "B8A"] + ["B8A"]  # the published files' order


def centre(image):
    if image.crs is None:
        return {}
    x, y = image.xy(image.height / 2, image.width / 2, offset="ul")
    lon, lat = transform(image.crs, "EPSG:4326", [x], [y])
    return {"lon": lon[0], "lat": lat[0]}


def read(file, size=None):
    """All bands, coarser ones repeated to `size`, and where the image lies."""
    with rasterio.open(file) as image:
        return image.read(out_shape=(image.count, size, size) if size else None), centre(image)


def jpeg(file):
    """By Pillow, since the JPEG library in rasterio's wheel repeats chroma where all others interpolate it."""
    with Image.open(file) as image:
        return np.asarray(image).transpose(2, 0, 1)


def files(paths, size):
    """One file a band; the place is the first's."""
    images = [read(path, size) for path in paths]
    return np.concatenate([pixels for pixels, _ in images]), images[0][1]


def averaged(pixels, size):
    """Square in the middle, area averages; not rounded."""
    _, height, width = pixels.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    edges = np.arange(size + 1) * side / size
    weights = np.clip(np.minimum(edges[1:, None], np.arange(side) + 1) - np.maximum(edges[:-1, None], np.arange(side)), 0, None)
    weights *= size / side
    square = pixels[:, top:top + side, left:left + side].astype("float64")
    return weights @ square @ weights.T


def named(folder, name):
    """Split of each image by TorchGeo's lists."""
    return {Path(line).stem: "train" if split == "train" else "test" for split in ("train", "val", "test")
            for line in (folder / f"{name}-{split}.txt").read_text().split()}


def classes(lists, layer, pattern):
    """A folder for each class."""
    def patches(folder):
        splits = named(folder, lists)
        for file in sorted(folder.glob(pattern)):
            pixels, place = (jpeg(file), {}) if file.suffix == ".jpg" else read(file)
            yield {"id": f"{file.parent.name}/{file.name}", "layers": {layer: pixels}, "label": file.parent.name,
                   "split": splits[file.stem], **place}
    return patches


def bigearthnet(folder):
    for row in pandas.read_parquet(folder / "metadata.parquet").to_dict("records"):
        patch, radar = row["patch_id"], row["s1_name"]
        scene = folder / "BigEarthNet-S2" / patch.rsplit("_", 2)[0] / patch
        pair = folder / "BigEarthNet-S1" / radar.rsplit("_", 3)[0] / radar
        optical, _ = files([scene / f"{patch}_{band}.tif" for band in L2A], 120)
        s1, _ = files([pair / f"{radar}_{band}.tif" for band in ("VV", "VH")], 120)
        codes, _ = read(folder / "Reference_Maps" / patch.rsplit("_", 2)[0] / patch / f"{patch}_reference_map.tif")
        with rasterio.open(scene / f"{patch}_B02.tif") as image:
            place = centre(image)
        yield {"id": patch, "layers": {"sentinel-2-l2a": optical, "sentinel-1": s1, "reference-map": codes},
               "date": "2017-06-13", "labels": set(row["labels"]), "country": row["country"],
               "split": "train" if row["split"] == "train" else "test", **place}


def fmow(folder):
    for split in ("train", "val", "test_gt"):
        for row in pandas.read_csv(folder / f"{split}.csv").to_dict("records"):
            place = f"{row['category']}_{row['location_id']}"
            name = f"{place}_{row['image_id']}"
            pixels, _ = read(folder / "fmow-sentinel" / split / row["category"] / place / f"{name}.tif")
            ring = np.array([point.split() for point in row["polygon"][10:-2].split(", ")], float)
            lon, lat = (ring.min(0) + ring.max(0)) / 2
            yield {"id": f"{split}/{name}", "layers": {"sentinel-2-l1c": averaged(pixels, 96)}, "lon": lon, "lat": lat,
                   "date": row["timestamp"][:10], "label": row["category"], "place": (split, place),
                   "split": "train" if split == "train" else "test"}


def day(name):
    digits = next(part for part in name.split("_") if part[:8].isdigit() and part[8:9] == "T")[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def seasons(products):
    def patches(folder):
        for part, layer, bands in products:
            for look in sorted((folder / part).glob("*/*")):
                pixels, place = files([look / (band.replace("B0", "B") + ".tif") for band in bands], 264)
                date = day(look.name)
                yield {"id": f"{look.parent.name}/{date}", "layers": {layer: pixels}, "date": date, "place": look.parent.name,
                       **place}
    return patches


def so2sat(folder):
    names = ("compact high-rise,compact mid-rise,compact low-rise,open high-rise,open mid-rise,open low-rise,lightweight low-rise,"
             "large low-rise,sparsely built,heavy industry,dense trees,scattered trees,bush or scrub,low plants,"
             "bare rock or paved,bare soil or sand,water").split(",")
    for part in ("training", "validation", "testing"):
        with h5py.File(folder / f"{part}.h5") as images, h5py.File(folder / f"{part}_geo.h5") as places:
            for row in range(len(images["label"])):
                x, y = places["coord"][row][:2]
                lon, lat = transform(f"EPSG:{places['epsg'][row][0]}", "EPSG:4326", [x], [y])
                yield {"id": f"{part}/{row}", "lon": lon[0], "lat": lat[0], "label": names[images["label"][row].argmax()],
                       "split": "train" if part == "training" else "test",
                       "layers": {"sentinel-2-l1c": images["sen2"][row].transpose(2, 0, 1).astype("float32"),
                                  "sentinel-1": images["sen1"][row].transpose(2, 0, 1).astype("float32")}}


def mmearth(folder):
    name = folder.name
    info = json.loads((folder / f"{name}_tile_info.json").read_text())
    splits = json.loads((folder / f"{name}_splits.json").read_text())
    layers = {"sentinel-2": "sentinel2", "dem": "aster", "canopy-height": "canopy_height_eth", "worldcover": "esa_worldcover",
              "dynamic-world": "dynamic_world", "scene-classification": "sentinel2_scl", "cloud-mask": "sentinel2_cloudmask",
              "cloud-probability": "sentinel2_cloudprod"}
    with h5py.File(folder / f"{name}.h5") as tiles:
        for row, (tile, _) in enumerate(tiles["metadata"]):
            about = info[tile.decode()]
            radar = tiles["sentinel1"][row]
            yield {"id": tile.decode(), "lon": about["lon"], "lat": about["lat"], "date": about["S2_DATE"],
                   "split": "train" if row in splits["train"] else "test",
                   "layers": {layer: tiles[key][row] for layer, key in layers.items()} |
                             {"sentinel-1-ascending": radar[:4], "sentinel-1-descending": radar[4:]}}


COLUMNS = {"sentinel-1": slice(0, 2), "sentinel-2-l1c": slice(2, 13), "era5-land": slice(13, 15), "dem": slice(15, 17),
           "ndvi": slice(17, 18)}


def cropharvest(folder):
    about = {f"{p['index']}_{p['dataset']}": p for p in
             (feature["properties"] for feature in json.loads((folder / "labels.geojson").read_text())["features"])}
    for file in sorted((folder / "features" / "arrays").glob("*.h5")):
        known = about[file.stem]
        with h5py.File(file) as opened:
            months = opened["array"][:].astype("float32")
        for month in range(12):
            date = pandas.Timestamp(known["export_end_date"]) - pandas.Timedelta(days=(11 - month) * 30 + 15)
            yield {"id": f"{file.stem}/{month + 1}", "lon": known["lon"], "lat": known["lat"], "date": str(date.date()),
                   "label": known["label"] or ("crop" if known["is_crop"] else "no crop"), "place": file.stem,
                   "split": "test" if known["is_test"] else "train",
                   "layers": {layer: months[0 if layer == "dem" else month, c].reshape(-1, 1, 1) for layer, c in COLUMNS.items()}}


def s2_100k(folder):
    images = folder / "images" if (folder / "images").is_dir() else folder
    for row in pandas.read_csv(folder / "index.csv").to_dict("records"):
        if (images / row["fn"]).is_file():
            pixels, place = read(images / row["fn"])
            yield {"id": row["fn"], "layers": {"sentinel-2-l2a": pixels}, **(place or {"lon": row["lon"], "lat": row["lat"]})}


def zipped(file):
    """EuroSAT's JPEGs in their zip."""
    with zipfile.ZipFile(file) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".jpg"):
                kind, own = name.split("/")[-2:]
                yield {"id": f"{kind}/{own}", "layers": {"rgb": jpeg(io.BytesIO(archive.read(name)))}, "label": kind}


def stack(file):
    """CropHarvest's 206 bands over one field: each month a patch."""
    with rasterio.open(file) as image:
        pixels, names, place = image.read(), list(image.descriptions), centre(image)
    parts = {"sentinel-2-l1c": ["B" + str(n) for n in range(1, 9)] + ["B8A", "B9", "B10", "B11", "B12"], "sentinel-1": ["VV", "VH"],
             "era5-land": ["temperature_2m", "total_precipitation"], "dem": ["elevation", "slope"]}
    for month in range(12):
        at = {layer: [names.index(n + (f"_{month}" if month and layer != "dem" else "")) for n in bands]
              for layer, bands in parts.items()}
        yield {"id": f"{file.stem}/{month + 1}", "layers": {layer: pixels[rows] for layer, rows in at.items()}, **place}


def tiles(pixels, place, size, layer, nodata, date=None):
    """What a grid of patches over an image has that have 90 % of their data; place(x, y) in degrees."""
    for row in range(pixels.shape[1] // size):
        for column in range(pixels.shape[2] // size):
            tile = pixels[:, row * size:(row + 1) * size, column * size:(column + 1) * size]
            if nodata is not None and (tile != nodata).mean() < 0.9:
                continue
            lon, lat = place(column * size + size / 2, row * size + size / 2)
            yield {"id": f"r{row}c{column}", "layers": {layer: tile}, "lon": lon, "lat": lat, "date": date}


def placer(image):
    def place(x, y):
        east, north = image.xy(y, x, offset="ul")
        lon, lat = transform(image.crs, "EPSG:4326", [east], [north])
        return lon[0], lat[0]
    return place


def safe(product, bands):
    def finest(band):  # 10m before 20m before 60m
        return min(product.glob(f"GRANULE/*/IMG_DATA/**/*_{band}*.jp2"), key=lambda file: file.stem[-3:])

    with rasterio.open(finest("B02")) as image:
        place, side = placer(image), image.width
        pixels = [read(finest(band), side)[0] for band in bands]
        yield from tiles(np.concatenate(pixels), place, 64, f"sentinel-2-l{product.name[8:10].lower()}", 0, day(product.name))


def scene(file, layer, size=64):
    with rasterio.open(file) as image:
        yield from tiles(image.read(), placer(image), size, layer, image.nodata)
