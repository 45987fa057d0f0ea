#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/parity/make_trace.sh PYTHON: writes trace.json, the losses of 50 float64 steps by lightly in PyTorch on the views and first
# weights of tst_trace's runs. PYTHON is that of tests/peers/setup.sh; the tests are built.
set -euo pipefail
python=$(realpath -s "$1")
cd "$(dirname "$0")/../.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
REVISIT_TRACES=$place OMP_NUM_THREADS=1 build/tests/tst_trace trainingIsThatOfPeers >/dev/null
"$python" tests/peers/trace.py --losses "$place" >tests/parity/trace.json
