#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The engine beside its Python peers, in turn, on a machine that does nothing else.
#   tests/long/peers.sh [DIR]    DIR: the peers' Python environment, made if it is not there (a download of 2 GB)
# What the bench says goes to docs/measurements.md, each round's figures to build/long/peers.log.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
place=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/revisit/peers}
tests/peers/setup.sh "$place"
mkdir -p build/long
build/bin/revisit-engine bench --rounds 7 --peers "$place/bin/python" 2>build/long/peers.log |
    { echo '```'; cat; echo '```'; } | section "The bench beside its Python peers"
