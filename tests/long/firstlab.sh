#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The first lab, five seeds: within 90 s on two cores linear probe and kNN rise above both baselines.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
build/bin/revisit-engine data show planet >/dev/null # packed beforehand, as after the first start
metric() { sed -E "s/.*\"$1\":\{([^}]*)\}.*/{\1/" | number "$2"; }

failed=0
rows="| seed | linear: statistics, untrained, learnt | kNN: statistics, untrained, learnt | seconds in all | to the first step | to the first embedding |\n|---|---|---|---|---|---|\n"
for seed in 1 2 3 4 5; do
    run=$place/$seed
    mkdir "$run"
    sed -n '/^```json/,/^```/p' resources/labs/first.md | sed '1d;$d' | sed "s/^{/{\"seed\": $seed,/;" >"$run/run.json"
    began=$(date +%s.%N)
    build/bin/revisit-engine train "$run" --json | while read -r line; do
        case $line in
        '{"event":"step"'*) [ -e "$run/first-step" ] || date +%s.%N >"$run/first-step" ;;
        '{"event":"embedding"'*) [ -e "$run/first-embedding" ] || date +%s.%N >"$run/first-embedding" ;;
        esac
    done
    ended=$(date +%s.%N)
    first=$(grep '"baselines"' "$run/events.jsonl")
    last=$(grep '"event":"probe"' "$run/events.jsonl" | tail -n 1)
    values="$seed $(metric statistics linear <<<"$first") $(metric untrained linear <<<"$first") $(number linear <<<"$last")"
    values+=" $(metric statistics knn <<<"$first") $(metric untrained knn <<<"$first") $(number knn <<<"$last")"
    values+=" $began $ended $(cat "$run/first-step") $(cat "$run/first-embedding")"
    rows+=$(awk '{ printf "| %d | %.1f, %.1f, %.1f %% | %.1f, %.1f, %.1f %% | %.0f | %.1f | %.1f |\\n", $1, 100*$2, 100*$3, 100*$4, 100*$5, 100*$6, 100*$7, $9-$8, $10-$8, $11-$8 }' <<<"$values")
    awk '{ exit !($4 > $2 && $4 > $3 && $7 > $5 && $7 > $6 && $9 - $8 <= 90) }' <<<"$values" || failed=1
done
printf '%b' "$rows" | section "The first lab"
[ "$failed" = 0 ] || { echo "firstlab: a seed fell short" >&2; exit 1; }
