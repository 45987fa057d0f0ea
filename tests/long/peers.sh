#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The engine beside its Python peers, in turn, on a machine that does nothing else.
#   tests/long/peers.sh [DIR]    DIR: the peers' Python environment, made if it is not there (a download of 2 GB)
# What the bench says goes to docs/measurements.md, each round's figures to build/long/peers.log. Fails when a step of an
# objective takes more than 1.05 times the peer's.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
place=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/revisit/peers}
tests/peers/setup.sh "$place"
mkdir -p build/long
build/bin/revisit-engine bench --rounds 7 --peers "$place/bin/python" 2>build/long/peers.log |
    tee build/long/peers.txt | { echo '```'; cat; echo '```'; } | section "The bench beside its Python peers"
awk '/^  objective-/ && $4 > 1.05 { print "peers: " $1 " takes " $4 " times as long as its peer" >"/dev/stderr"; slow = 1 }
    END { exit slow }' build/long/peers.txt
