#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The engine beside its Python peers on a machine that does nothing else; about 20 minutes after the first time's downloads.
#   tests/long/peers.sh [DIR]    DIR: the Python environment, made if it is not there
# The figures go to docs/measurements.md, each round's to build/long/peers.json.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/revisit/peers}
[ -x build/bin/revisit-engine ] || { echo "peers: ./start engine makes the engine first" >&2; exit 1; }

tests/peers/setup.sh "$place"
mkdir -p build/long
build/bin/revisit-engine bench --rounds 7 --json --peers "$place/bin/python" >build/long/peers.json
