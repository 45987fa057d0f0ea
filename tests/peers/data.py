# SPDX-License-Identifier: Apache-2.0
"""The data set's side of the bench: GeoTIFF files by rasterio, batches by PyTorch's DataLoader."""
import os
import time

import numpy
import rasterio
import torch


class Files(torch.utils.data.Dataset):
    """Normalised tiles [bands, px, px], float32; augmented: cropped, flipped and turned as the engine's chain by default."""

    def __init__(self, task):
        from torchvision.transforms import v2

        self.files = [os.path.join(task["folder"], f"tile-{i}.tif") for i in range(task["tiles"])]
        mean, deviation = (torch.tensor(task[key], dtype=torch.float32).view(-1, 1, 1) for key in ("mean", "deviation"))
        self.gain, self.offset = task["scale"] / deviation, -mean / deviation
        self.transform = v2.Compose([
            v2.RandomResizedCrop(task["size_px"], scale=(0.2, 1.0), antialias=True),
            v2.RandomHorizontalFlip(), v2.RandomVerticalFlip()]) if task["augmented"] else None

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with rasterio.open(self.files[i]) as file:
            image = torch.from_numpy(file.read().astype(numpy.float32)) * self.gain + self.offset
        if self.transform:
            image = torch.rot90(self.transform(image), int(torch.randint(4, ())), (1, 2))
        return image


class Read:
    peer = "rasterio"

    def __init__(self, task):
        torch.set_num_threads(task["threads"])
        self.seconds = task["seconds"]
        files = Files({**task, "augmented": False})
        self.about = {"tile": files[0].square().mean().sqrt().item()}
        self.loader = torch.utils.data.DataLoader(
            Files(task), batch_size=task["batch"], shuffle=True, drop_last=True, num_workers=task["threads"],
            persistent_workers=True)

    def round(self):
        began, records = time.perf_counter(), 0
        while True:
            for batch in self.loader:
                records += len(batch)
            if time.perf_counter() - began >= self.seconds:
                return {"value": records / (time.perf_counter() - began)}


class Pack:
    peer = "rasterio"

    def __init__(self, task):
        self.task = task
        self.files = [os.path.join(task["folder"], f"tile-{i}.tif") for i in range(task["tiles"])]

    def round(self):
        began, count = time.perf_counter(), 0
        if self.task["scene"]:
            from rasterio.shutil import copy  # GDALCreateCopy, as gdal_translate

            copy(self.files[0], self.task["to"], driver="ENVI")
            count = os.path.getsize(self.task["to"])
        else:
            with open(self.task["to"], "wb") as to:
                for name in self.files:
                    with rasterio.open(name) as file:
                        count += to.write(file.read().tobytes())
        return {"value": count / 1e6 / (time.perf_counter() - began)}
