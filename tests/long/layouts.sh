#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Published data sets' layouts and real files, opened by the engine, and the same by rasterio, h5py and TorchGeo, pixel by pixel.
#   tests/long/layouts.sh [DIR]    DIR: the peers' Python environment, made if it is not there (a download of 2 GB)
# The table goes to docs/measurements.md, each difference to standard error. Fails when there is one.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
place=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/revisit/geo}
tests/peers/geo-setup.sh "$place"
data=$(eurosat) || data= # the folder of real files, where it is
mkdir -p build/long
"$place/bin/python" tests/peers/geo.py build/bin/revisit-engine ${data:+"$(dirname "$data")"} >build/long/layouts.txt
versions=$(sed -nE 's/^(h5py|rasterio|torchgeo)==(.*)/\1 \2/p' tests/peers/geo-requirements.txt | paste -sd, | sed 's/,/, /g')
{
    echo "Packs made by pointing at a folder or file, without a setting, and read by tests/peers/packfile.py; $versions. The generated"
    echo "files have the structure that each data set documents, and random numbers: they show that the structure is read right, not that"
    echo "every published file keeps it. TorchGeo's samples are compared in all bands but those of 20 and 60 m of BigEarthNet, SeCo and"
    echo "Sentinel-2 products, which it interpolates and Revisit repeats, and BigEarthNet's radar, which it cuts to whole numbers."
    echo
    cat build/long/layouts.txt
} | section "Layouts beside rasterio, h5py and TorchGeo"
