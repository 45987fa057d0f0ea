#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# screenshots.sh BUILD: the real desktop, grabbed into docs/images (the target `screenshots`): its screens while the first lab trains, and what
# the MAE of tests/long/reconstruction.sh paints, where that has been trained.
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

shoot() { # RUN
    QT_QPA_PLATFORM=offscreen "$build/bin/revisit" --workspace "$place" --open "$1" --safe-mode --lang en --screenshot-dir docs/images
}

run=$place/first
mkdir "$run"
sed -n '/^```json/,/^```/p' resources/labs/first.md | sed '1d;$d' >"$run/run.json"
printf '{"id": "screenshots", "state": "queued", "queued_at": "%s"}' "$(date -u +%FT%TZ)" >"$run/launch.json"
shoot "$run"
printf '{"id":"stop","do":"stop"}\n' >>"$run/control.jsonl"
while [ ! -e "$run/exit.json" ]; do sleep 0.2; done
painted=${XDG_CACHE_HOME:-$HOME/.cache}/revisit/reconstruction/mae
if [ -f "$painted/exit.json" ]; then
    cp -r "$painted" "$place/mae"
    shoot "$place/mae"
fi
ls docs/images
