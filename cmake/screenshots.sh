#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# screenshots.sh BUILD: the real desktop, while the first lab trains, grabbed into docs/images (the target `screenshots`).
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
run=$place/first
mkdir "$run"
sed -n '/^```json/,/^```/p' resources/labs/first.md | sed '1d;$d' >"$run/run.json"
printf '{"id": "screenshots", "state": "queued", "queued_at": "%s"}' "$(date -u +%FT%TZ)" >"$run/launch.json"
QT_QPA_PLATFORM=offscreen "$build/bin/revisit" --workspace "$place" --open "$run" --safe-mode --lang en --screenshot-dir docs/images
printf '{"id":"stop","do":"stop"}\n' >>"$run/control.jsonl"
while [ ! -e "$run/exit.json" ]; do sleep 0.2; done
ls docs/images
