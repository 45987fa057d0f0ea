#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every objective on every architecture that it can train: finite loss, gradients where they belong and nowhere else. A minute.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
said=$(REVISIT_ALL_PAIRS=1 QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 build/tests/tst_objectivecontract aStepReachesEveryWeightThatLearnsAndNoOther) ||
    { grep -A1 '^FAIL' <<<"$said" >&2; exit 1; }
grep '^Totals' <<<"$said" | section "Every objective on every architecture"
