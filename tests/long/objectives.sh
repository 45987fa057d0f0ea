#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every objective on EuroSAT-RGB at equal time, three minutes and three seeds each, and lightly's SimCLR and VICReg beside them: the same
# network, images and time, measured by the engine's probes. Four hours on two cores, on a machine that does nothing else; goes on where it was
# when it is called again.
#   tests/long/objectives.sh [DIR]    DIR: the peers' Python environment of tests/peers/setup.sh; without it there are our rows alone
# REVISIT_OBJECTIVES is where the runs go, REVISIT_SWEEP another sweep of the like, for a trial.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
zip=$(eurosat) || exit 0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/revisit
place=${REVISIT_OBJECTIVES:-$cache/objectives}
sweep=${REVISIT_SWEEP:-resources/sweeps/objectives.json}
status=0
build/bin/revisit-engine sweep "$sweep" --set "dataset.path=$zip" --workspace "$place" --wait || status=1
build/bin/revisit-engine sweep "$sweep" --workspace "$place" --table --json >"$place-table.json"
python3 tests/long/objectives/beside.py "$sweep" "$zip" "$place" "${1:-$cache/peers}/bin/python" >"$place-table.md" || status=1
[ ! -s "$place-table.md" ] || section "Every objective at equal time, beside lightly" <"$place-table.md"
[ "$status" = 0 ] || { echo "objectives: not everything finished; the same command goes on from here" >&2; exit 1; }
