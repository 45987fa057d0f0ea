#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/peers/geo-setup.sh DIR: makes the Python environment of tests/peers/geo.py: TorchGeo, rasterio and h5py, with the torch that
# TorchGeo needs. Downloads 2 GB, takes 6 GB; what is there already stays.
set -euo pipefail
[ $# = 1 ] || { echo "tests/peers/geo-setup.sh DIR: DIR is where the environment goes" >&2; exit 2; }
REQUIREMENTS=tests/peers/geo-requirements.txt exec "$(dirname "$0")/setup.sh" "$1"
