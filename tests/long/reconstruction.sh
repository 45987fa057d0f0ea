#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# MAE and FCMAE paint held-out EuroSAT tiles: the error on hidden pixels is to be at most 0.6 of that of cv2.inpaint and of the visible mean;
# the best linear filter stands beside them. Two hours on two cores; what has been trained stays in the cache and is not trained again.
#   tests/long/reconstruction.sh [DIR]    DIR: the peers' Python environment (tests/peers/setup.sh)
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
zip=$(eurosat) || exit 0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/revisit
peers=${1:-$cache/peers}
tests/peers/setup.sh "$peers"

# paint NAME STEPS BATCH BACKBONE
paint() {
    local run=$cache/reconstruction/$1
    if [ ! -f "$run/run.json" ]; then
        mkdir -p "$run"
        printf '{"dataset": {"name": "folder", "path": "%s"}, "objective": {"name": "%s", "normalise_target": false}, "backbone": %s,
                 "optimizer": {"name": "adamw"}, "training": {"steps": %d, "batch": %d, "input_px": 64},
                 "evaluation": {"every": %d, "layout": "pca", "patches": 500, "bank": 1000, "reconstructions": 500}}' \
            "$zip" "$1" "$4" "$2" "$3" "$2" >"$run/run.json"
        build/bin/revisit-engine train "$run" --quiet
    elif ! grep -q '"event":"finished"' "$run/events.jsonl"; then
        build/bin/revisit-engine resume "$run" --quiet
    fi
    "$peers/bin/python" tests/peers/inpaint.py "$run" "$zip" >"$run/table.md" || failed=1
    section "${1^^} paints held-out EuroSAT tiles, 64 px" <"$run/table.md"
}
failed=0
paint mae 6000 64 '{"name": "vit", "size": "tiny", "depth": 4, "patch": 4}'
paint fcmae 1500 32 '{"name": "convnextv2", "size": "atto", "small_stem": true}'
[ "$failed" = 0 ] || { echo "reconstruction: above 0.6 of what simple filling reaches" >&2; exit 1; }
