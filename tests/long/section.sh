# SPDX-License-Identifier: Apache-2.0
# For the scripts beside it: section TITLE appends what stands on standard input to docs/measurements.md, under date, commit, device and command.
section() {
    {
        printf '\n## %s\n\n%s, commit %s, %s, %s cores; `%s`.\n\n' "$1" "$(date -u +%F)" "$(git rev-parse --short HEAD)" \
            "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "tests/long/$(basename "$0")"
        cat
    } | tee -a docs/measurements.md
}

# number KEY: the last value of "KEY": in the line on standard input
number() { sed -E "s/.*\"$1\":([-0-9.e+]+).*/\1/"; }

# eurosat: where the data set's 10,000 images lie; fails, having said so, where they do not
eurosat() {
    local zip=${REVISIT_DATA:-../shared/data}/EuroSAT_RGB-10000.zip
    [ -f "$zip" ] || { echo "$(basename "$0" .sh): skipped, $zip is not there (set REVISIT_DATA)" >&2; return 1; }
    realpath "$zip"
}
