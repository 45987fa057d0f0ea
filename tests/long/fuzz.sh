#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each fuzz target for some minutes, one after the other; needs Debian's libclang-rt-14-dev.
#   tests/long/fuzz.sh [SECONDS]    of each target: 600
# What was run and found goes to docs/measurements.md, corpora and findings stay in build-fuzz/corpus. Fails when something was found.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
compgen -G "$(clang++ -print-resource-dir)/lib/linux/libclang_rt.fuzzer-*" >/dev/null ||
    { echo "fuzz: apt-get install libclang-rt-14-dev" >&2; exit 1; }
seconds=${1:-600} corpus=build-fuzz/corpus
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz >/dev/null
build-fuzz/bin/fuzz_seeds "$corpus" .
mkdir -p build/long
found=0
rows="| target | executions | executions/s | corpus | found |"$'\n'"|---|---|---|---|---|"$'\n'
for target in pack safetensors run events; do
    log=build/long/fuzz-$target.log
    what=nothing
    build-fuzz/bin/fuzz_$target "$corpus/$target" -artifact_prefix="$corpus/$target-" -max_total_time="$seconds" \
        -max_len=16384 -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=256 -print_final_stats=1 >"$log" 2>&1 ||
        what=$(grep -m 1 -E '^SUMMARY|runtime error' "$log" || echo "it ended early")
    [ "$what" = nothing ] || found=1
    stat() { sed -n "s/^stat::$1: *//p" "$log"; }
    rows+="| $target | $(stat number_of_executed_units) | $(stat average_exec_per_sec) | $(find "$corpus/$target" -type f | wc -l) files | $what |"$'\n'
done
printf '%s s a target; AddressSanitizer and UBSan, at most 1 GB in all and 256 MB at once, 5 s an input.\n\n%s' "$seconds" "$rows" | section "Fuzzing"
exit $found
