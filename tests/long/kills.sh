#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 200 kills at random moments: every run opens, loses at most one checkpoint interval, and ends equal to one that was never killed.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
began=$SECONDS
REVISIT_KILLS=200 OMP_NUM_THREADS=1 build/tests/tst_crash
printf '200 kills, none of which left a run that could not go on or ended with other events or weights; %d s.\n' $((SECONDS - began)) | section "kill -9"
