# SPDX-License-Identifier: Apache-2.0
"""How well a masked run paints, beside cv2.inpaint and the mean of what is visible: tests/peers/inpaint.py RUN [EuroSAT_RGB.zip].

Reads the newest reconstructions of a run with objective.normalise_target false and compares, over all hidden pixels, the mean
squared errors against the true patches, 8-bit RGB. Leaves with 1 where the run's is above 0.6 of any of those.
With the archive that the run was trained on, whose images must be of the run's size, there is also the best linear filter: the mean of the
hidden pixels given the visible ones, if images were normally distributed with the training images' mean and covariance.
"""
import json
import pathlib
import sys

import cv2
import numpy as np

LIMIT = 0.6
LINEAR = "best linear filter"


def newest(run):
    previews = [e for e in map(json.loads, (run / "events.jsonl").open()) if e["event"] == "preview"]
    if not previews:
        raise SystemExit(f"{run} has no reconstructions; its objective hides nothing")
    event = previews[-1]
    shape = (len(event["rows"]), event["count"], event["height"], event["width"], event["channels"])
    pixels = np.frombuffer((run / event["file"]).read_bytes(), np.uint8).reshape(shape)
    return event["step"], dict(zip(event["rows"], pixels))


def hidden_cells(truth, masked, cell):
    """[H, W] of 0 and 255: the cells that show one colour which the truth does not have."""
    mask = np.zeros(truth.shape[:2], np.uint8)
    for y in range(0, mask.shape[0], cell):
        for x in range(0, mask.shape[1], cell):
            here = np.s_[y : y + cell, x : x + cell]
            if (masked[here] == masked[here][0, 0]).all() and (masked[here] != truth[here]).any():
                mask[here] = 255
    return mask


class LinearFilter:
    """E[hidden | visible] of a normal distribution that does not change when an image is turned or mirrored."""

    NOISE = 1.0  # variance, of 8-bit values: a rounded pixel is not known exactly

    def __init__(self, archive, side):
        from pretrain import training_images

        pixels = np.stack([image for image in training_images(archive)]).astype(np.float32)
        if pixels.shape[1:] != (side, side, 3):
            raise SystemExit(f"inpaint: the archive has images of {pixels.shape[1]} px and the run painted {side} px")
        pixels = pixels.reshape(len(pixels), -1)
        self.mean = pixels.mean(0).reshape(-1, 3).mean(0)
        self.mean = np.tile(self.mean, side * side)
        pixels -= self.mean
        once = pixels.T @ pixels / len(pixels)
        places = np.arange(side * side * 3).reshape(side, side, 3)
        self.covariance = np.zeros_like(once)
        for turn in range(4):
            for turned in (np.rot90(places, turn), np.rot90(places, turn)[::-1]):
                order = turned.ravel()
                self.covariance += once[np.ix_(order, order)] / 8

    def fill(self, truth, hole):
        hidden = np.repeat(hole.ravel(), 3)
        seen = ~hidden
        known = self.covariance[np.ix_(seen, seen)] + self.NOISE * np.eye(seen.sum(), dtype=np.float32)
        weights = np.linalg.solve(known, truth.ravel()[seen] - self.mean[seen])
        picture = truth.ravel().astype(np.float32)
        picture[hidden] = self.mean[hidden] + self.covariance[np.ix_(hidden, seen)] @ weights
        return np.clip(picture, 0, 255).reshape(truth.shape)


def main(run, archive=None):
    step, rows = newest(run)
    if "leaking" in rows:
        raise SystemExit(f"{run}: its target is normalised, so what it paints is no picture; set objective.normalise_target to false")
    cell = json.loads((run / "run.json").read_text())["backbone"].get("patch", 8)
    errors = {"run": [], "visible mean": [], "inpaint, Telea": [], "inpaint, Navier-Stokes": []}
    linear = LinearFilter(archive, rows["input"].shape[1]) if archive else None
    if linear:
        errors[LINEAR] = []
    for truth, masked, painted in zip(rows["input"], rows["masked"], rows["reconstruction"]):
        mask = hidden_cells(truth, masked, cell)
        hole = mask > 0
        if not hole.any():
            continue
        filled = {
            "run": painted,
            "visible mean": np.where(hole[..., None], truth[~hole].mean(0), truth),
            "inpaint, Telea": cv2.inpaint(truth, mask, 3, cv2.INPAINT_TELEA),
            "inpaint, Navier-Stokes": cv2.inpaint(truth, mask, 3, cv2.INPAINT_NS),
        }
        if linear:
            filled[LINEAR] = linear.fill(truth, hole)
        for name, picture in filled.items():
            errors[name].append((picture[hole].astype(float) - truth[hole]).ravel() ** 2)
    means = {name: np.concatenate(parts).mean() for name, parts in errors.items()}
    print(f"| step {step}, {len(errors['run'])} held-out patches | mean squared error | the run's, of it |\n|---|---|---|")
    for name, mean in means.items():
        print(f"| {name} | {mean:.1f} | {means['run'] / mean:.2f} |")
    return all(means["run"] <= LIMIT * mean for name, mean in means.items() if name not in ("run", LINEAR))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    sys.exit(0 if main(pathlib.Path(sys.argv[1]), *sys.argv[2:]) else 1)
