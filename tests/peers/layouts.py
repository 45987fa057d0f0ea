# SPDX-License-Identifier: Apache-2.0
"""layouts.py DIR: writes small files into DIR in exactly the structure of published data sets, as TorchGeo's classes, the
authors' code and ESA's format describe it. All of it is GENERATED: random numbers, invented places; no file is of the data
set whose layout it has. Each function returns nothing and takes the folder that a user would point Revisit at."""
import csv
import json
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas
import rasterio
from rasterio.crs import CRS
from rasterio.transform import from_origin

random = np.random.default_rng(20260731)
UTM, DEGREES = CRS.from_epsg(32631), CRS.from_string("+proj=latlong")
L1C = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"]
L2A = [band for band in L1C if band != "B10"]
METRES = {"B01": 60, "B09": 60, "B10": 60, "B02": 10, "B03": 10, "B04": 10, "B08": 10}  # all others: 20


def numbers(shape, dtype):
    """Of every type a range as the real ones have it, so that no two pixels of a band are likely alike."""
    if dtype == "float32":
        return random.normal(-12, 4, shape).astype(dtype)
    return random.integers(1, 255 if dtype == "uint8" else 9000, shape).astype(dtype)


def image(file, pixels, metres=10.0, at=0, crs=UTM, driver="GTiff", **more):
    """A georeferenced image of [bands, height, width]; `at` moves it, so that each place is another one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if crs == DEGREES:
        step = metres / 111195
        more |= {"crs": crs, "transform": from_origin(5 + at, 45 + at, step / np.cos(np.radians(45 + at)), step)}
    elif crs is not None:
        more |= {"crs": crs, "transform": from_origin(500000 + 3000 * at, 5000000 - 1000 * at, metres, metres)}
    with rasterio.open(file, "w", driver=driver, count=pixels.shape[0], height=pixels.shape[1], width=pixels.shape[2],
                       dtype=pixels.dtype.name, **more) as out:
        out.write(pixels)


def lists(folder, name, images, ending=None):
    """TorchGeo's split lists: of five images three train, one validation, one test."""
    for split, chosen in (("train", (0, 1, 2)), ("val", (3,)), ("test", (4,))):
        lines = [Path(i).stem + (ending or Path(i).suffix) for k, i in enumerate(images) if k % 5 in chosen]
        (folder / f"{name}-{split}.txt").write_text("\n".join(lines) + "\n")


def eurosat(folder):
    inside = folder / "ds/images/remote_sensing/otherDatasets/sentinel_2/tif"
    names = []
    for c, kind in enumerate(("AnnualCrop", "Forest", "SeaLake")):
        for n in range(1, 6):
            image(inside / kind / f"{kind}_{n}.tif", numbers((13, 64, 64), "uint16"), at=5 * c + n)
            names.append(f"{kind}_{n}.tif")
    lists(folder, "eurosat", names, ".jpg")  # the lists are those of the JPEG files


def ucmerced(folder):
    names = []
    for kind in ("agricultural", "airplane"):
        for n in range(5):
            image(folder / "UCMerced_LandUse/Images" / kind / f"{kind}{n:02}.tif", numbers((3, 256, 256), "uint8"), crs=None,
                  photometric="RGB")
            names.append(f"{kind}{n:02}.tif")
    lists(folder, "uc_merced", names)


def resisc45(folder):
    names = []
    for kind in ("airplane", "basketball_court"):
        for n in range(1, 6):
            image(folder / "NWPU-RESISC45" / kind / f"{kind}_{n:03}.jpg", numbers((3, 256, 256), "uint8"), crs=None,
                  driver="JPEG", quality=95)
            names.append(f"{kind}_{n:03}.jpg")
    lists(folder, "resisc45", names)


def bigearthnet(folder):
    rows = []
    scene, radar = "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP", "S1A_IW_GRDH_1SDV_20170613T165043"
    some = [["Arable land", "Land principally occupied by agriculture, with significant areas of natural vegetation"],
            ["Mixed forest"], ["Moors, heathland and sclerophyllous vegetation", "Inland waters", "Pastures"],
            ["Urban fabric", "Marine waters"]]
    codes = [[211, 243], [313], [322, 512, 231], [112, 523]]
    for n, split in enumerate(("train", "train", "validation", "test")):
        patch, pair = f"{scene}_{26 + n}_{57 - n}", f"{radar}_33UUP_{26 + n}_{57 - n}"
        for band in L2A:
            metres = METRES.get(band, 20)
            image(folder / "BigEarthNet-S2" / scene / patch / f"{patch}_{band}.tif",
                  numbers((1, 1200 // metres, 1200 // metres), "uint16"), metres, n)
        for band in ("VV", "VH"):
            image(folder / "BigEarthNet-S1" / radar / pair / f"{pair}_{band}.tif", numbers((1, 120, 120), "float32"), 10, n)
        image(folder / "Reference_Maps" / scene / patch / f"{patch}_reference_map.tif",
              random.choice(codes[n], (1, 120, 120)).astype("uint16"), 10, n)
        rows.append({"patch_id": patch, "labels": some[n], "split": split, "country": "Austria" if n % 2 else "Serbia",
                     "s1_name": pair, "s2v1_name": patch, "contains_seasonal_snow": False,
                     "contains_cloud_or_shadow": False})
    table = pandas.DataFrame(rows)
    table.to_parquet(folder / "metadata.parquet", index=False)
    pandas.read_parquet(folder / "metadata.parquet").to_csv(folder / "metadata.csv", index=False)


def fmow(folder):
    for table, split in (("train.csv", "train"), ("val.csv", "val"), ("test_gt.csv", "test_gt")):
        rows = []
        for kind in ("airport", "zoo"):
            for place in range(2):
                for look in (0, 3, 100):
                    name = f"{kind}_{place}_{look}"
                    size = int(random.integers(40, 70))
                    at = 10 * place + look
                    image(folder / "fmow-sentinel" / split / kind / f"{kind}_{place}" / f"{name}.tif",
                          numbers((13, size, size + 3), "uint16"), at=at)
                    lon, lat = 3 + 0.01 * at, 45 - 0.01 * at
                    ring = [(lon, lat), (lon + 0.01, lat), (lon + 0.01, lat - 0.008), (lon, lat - 0.008), (lon, lat)]
                    rows.append({"category": kind, "location_id": place, "image_id": look,
                                 "timestamp": f"201{6 + look % 3}-0{1 + place}-15T10:30:00Z",
                                 "polygon": "POLYGON ((" + ", ".join(f"{x} {y}" for x, y in ring) + "))"})
        pandas.DataFrame(rows).to_csv(folder / table)


def seco(folder):
    """As its authors' downloader saves them: degrees, JPEG in GeoTIFF."""
    for place in range(3):
        for look, date in enumerate(("20190604", "20190901", "20191201", "20200301", "20200601")):
            for band in L2A:
                metres = METRES.get(band, 20)
                image(folder / "seasonal_contrast_100k" / f"{place:06}" / f"{date}T054639_{date}T054831_T43SBR" /
                      (band.replace("B0", "B") + ".tif"), numbers((1, 2640 // metres, 2640 // metres), "uint8"), metres, place, DEGREES,
                      compress="JPEG")


def ssl4eo(folder):
    for place in range(2):
        for month in ("03", "06", "09", "12"):
            optical, radar = f"2020{month}04T054639_2020{month}04T054831_T43SBR", f"2020{month}07T010800_2020{month}07T010825"
            for part, bands in (("s2c", L1C), ("s2a", L2A)):
                for band in bands:
                    metres = METRES.get(band, 20)
                    image(folder / part / f"{place:07}" / optical / (band.replace("B0", "B") + ".tif"),
                          numbers((1, 2640 // metres, 2640 // metres), "uint16"), metres, place)
            for band in ("VV", "VH"):
                image(folder / "s1" / f"{place:07}" / f"S1A_IW_GRDH_1SDV_{radar}_032903_03CFB4_2A83" / f"{band}.tif",
                      numbers((1, 264, 264), "float32"), 10, place)


def safe(folder):
    """A product of one small granule for each level, Level-2A of baseline 04.00 with offsets, and the same as a zip."""
    for level, bands in (("1C", L1C), ("2A", L2A)):
        product = folder / f"S2A_MSIL{level}_20220125T105321_N0400_R051_T31UFS_20220125T130000.SAFE"
        granule = product / "GRANULE" / f"L{level}_T31UFS_A034447_20220125T105315"
        for band in bands:
            resolutions = [METRES.get(band, 20)] if level == "1C" else [r for r in (10, 20, 60) if r >= METRES.get(band, 20)]
            for metres in resolutions:
                tail = f"_{metres}m.jp2" if level == "2A" else ".jp2"
                inside = granule / "IMG_DATA" / (f"R{metres}m" if level == "2A" else "")
                pixels = numbers((1, 7200 // metres, 7200 // metres), "uint16")
                pixels[0, : 3600 // metres, : 600 // metres] = 0  # no data
                image(inside / f"T31UFS_20220125T105321_{band}{tail}", pixels, metres, driver="JP2OpenJPEG", QUALITY=100,
                      REVERSIBLE="YES")
        image(granule / "QI_DATA/MSK_CLASSI_B00.jp2", numbers((1, 120, 120), "uint8"), 60, driver="JP2OpenJPEG")
        what, quantity = ("RADIO", "QUANTIFICATION_VALUE") if level == "1C" else ("BOA", "BOA_QUANTIFICATION_VALUE")
        offsets = "".join(f'<{what}_ADD_OFFSET band_id="{k}">{-1000 - k}</{what}_ADD_OFFSET>' for k in range(13))
        (product / f"MTD_MSIL{level}.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><n1:Level-{level}_User_Product xmlns:n1="urn:generated"><n1:General_Info>'
            "<Product_Info><PRODUCT_START_TIME>2022-01-25T10:53:21.024Z</PRODUCT_START_TIME>"
            "<Datatake><DATATAKE_SENSING_START>2022-01-25T10:53:21.024Z</DATATAKE_SENSING_START></Datatake></Product_Info>"
            f'<Product_Image_Characteristics><{quantity} unit="none">10000</{quantity}><Offset_List>{offsets}</Offset_List>'
            "<Special_Values><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX>"
            "</Special_Values></Product_Image_Characteristics></n1:General_Info>"
            f"</n1:Level-{level}_User_Product>\n")
        with zipfile.ZipFile(folder / (product.name + ".zip"), "w") as archive:
            for file in sorted(product.rglob("*")):
                archive.write(file, file.relative_to(folder))


def so2sat(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for part, rows in (("training", 6), ("validation", 3), ("testing", 2)):
        label = np.eye(17)[random.integers(0, 17, rows)]
        with h5py.File(folder / f"{part}.h5", "w") as out:
            out["sen1"] = random.normal(0, 0.3, (rows, 32, 32, 8))
            out["sen2"] = random.uniform(0, 0.6, (rows, 32, 32, 10))
            out["label"] = label
        with h5py.File(folder / f"{part}_geo.h5", "w") as out:
            out["coord"] = np.column_stack([500000 + 1000 * np.arange(rows), np.full(rows, 5.0e6), *np.zeros((4, rows))])
            out["epsg"] = np.full((rows, 1), 32631)


def mmearth(folder, rows=6, side=128):
    name = "data_100k_v001"
    folder = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    ids = [str(1000 + n) for n in range(rows)]
    lon, lat = np.linspace(-70, 80, rows), np.linspace(-30, 60, rows)
    angles = [np.column_stack([np.sin(np.radians(v)), np.cos(np.radians(v))]).astype("float32") for v in (lon, lat)]
    with h5py.File(folder / f"{name}.h5", "w") as out:
        out["metadata"] = np.array([(i.encode(), b"l2a") for i in ids], dtype=[("tile_id", "S100"), ("S2_type", "S10")])
        for key, bands, dtype in (("sentinel2", 13, "uint16"), ("sentinel1", 8, "float32"), ("aster", 2, "int16"),
                                  ("canopy_height_eth", 2, "uint8"), ("sentinel2_cloudmask", 1, "uint16"),
                                  ("sentinel2_cloudprod", 1, "uint16"), ("sentinel2_scl", 1, "uint8")):
            out[key] = numbers((rows, bands, side, side), dtype)
        out["esa_worldcover"] = random.choice([10, 20, 30, 40, 255], (rows, 1, side, side)).astype("uint8")
        out["dynamic_world"] = random.integers(0, 10, (rows, 1, side, side)).astype("uint8")
        out["lon"], out["lat"] = angles
        out["month"] = np.column_stack([np.sin(np.arange(rows)), np.cos(np.arange(rows))]).astype("float32")
        out["era5"] = random.normal(280, 10, (rows, 12)).astype("float32")
        out["biome"] = np.eye(14)[random.integers(0, 14, rows)].astype("uint8")
        out["eco_region"] = random.integers(0, 846, (rows, 1)).astype("uint16")
    (folder / f"{name}_splits.json").write_text(json.dumps({"train": [0, 1, 3, 5], "val": [2], "test": [4]}))
    stats = {"sentinel2_l2a": 13, "sentinel2_l1c": 13, "sentinel1": 8, "aster": 2, "canopy_height_eth": 2, "era5": 12}
    (folder / f"{name}_band_stats.json").write_text(json.dumps(  # with which min-max normalisation changes nothing
        {key: {"min": [0] * n, "max": [1] * n, "mean": [0] * n, "std": [1] * n} for key, n in stats.items()}))
    bands = {"sentinel2": L1C}
    (folder / f"{name}_tile_info.json").write_text(json.dumps(
        {i: {"S2_type": "l2a", "S2_DATE": f"2020-0{1 + n}-15", "CRS": "EPSG:32631", "lat": lat[n], "lon": lon[n],
             "BANDS": bands} for n, i in enumerate(ids)}))


def cropharvest(folder):
    arrays = folder / "features" / "arrays"
    arrays.mkdir(parents=True, exist_ok=True)
    features = []
    for index, dataset, label, crop, test in ((0, "togo", "", 1, False), (1, "togo", "", 0, True), (2, "kenya", "maize", 1, False)):
        with h5py.File(arrays / f"{index}_{dataset}.h5", "w") as out:
            out["array"] = random.uniform(0, 5000, (12, 18))
        lon, lat = 10.0 + index, 20.0 + index
        features.append({"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]},
                         "properties": {"index": index, "dataset": dataset, "label": label or None, "is_crop": crop,
                                        "is_test": test, "lat": lat, "lon": lon, "export_end_date": "2020-02-01T00:00:00"}})
    (folder / "labels.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def s2_100k(folder):
    rows = [("fn", "lon", "lat")]
    for n in range(5):
        image(folder / "images" / f"patch_{n}.tif", numbers((12, 256, 256), "uint16"), at=n)
        rows.append((f"patch_{n}.tif", 3 + n / 10, 45 - n / 10))
    with open(folder / "index.csv", "w", newline="") as out:
        csv.writer(out).writerows(rows)


LAYOUTS = {"eurosat": eurosat, "ucmerced": ucmerced, "resisc45": resisc45, "bigearthnet": bigearthnet, "fmow": fmow, "seco": seco,
           "ssl4eo": ssl4eo, "safe": safe, "so2sat": so2sat, "mmearth": mmearth, "cropharvest": cropharvest, "s2-100k": s2_100k}


def write(folder):
    for name, make in LAYOUTS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        make(folder / name)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
