#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The verdicts on runs that are known to fail and on runs that are known to be well: those that the thresholds were drawn between (EuroSAT,
# seed 1), and others that never shaped them (planet, seed 8). At most one of the latter may be judged wrongly. 40 minutes on two cores;
# goes on where it was when it is called again.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
zip=$(eurosat) || exit 0
place=${REVISIT_COLLAPSE:-${XDG_CACHE_HOME:-$HOME/.cache}/revisit/collapse}
mkdir -p "$place"
build/bin/revisit-engine sweep tests/long/collapse/collapse-tuning.json --workspace "$place" --set "dataset.path=$zip" --wait || true
build/bin/revisit-engine sweep tests/long/collapse/collapse-heldout.json --workspace "$place" --wait || true # some diverge, as they should
status=0
python3 tests/long/collapse/confusion.py "$place" >"$place/table.md" || status=$?
section "Collapse in words: verdicts on known runs" <"$place/table.md"
exit "$status"
