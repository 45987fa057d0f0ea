#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The rules of the house that a script can check.
#   tests/house.sh [TREE]         checks a source tree (default: this one)
#   tests/house.sh --self-test    breaks each rule once and fails unless each is found
set -uo pipefail # a grep that finds nothing is no error
engine='SPDX-License-Identifier: Apache-2.0'
desktop='SPDX-License-Identifier: GPL-3.0-or-later' # what may link QCustomPlot

files() { git ls-files --cached --others --exclude-standard 2>/dev/null || find . -path './build*' -prune -o -type f -printf '%P\n'; }

# check TREE: a line for each breach.
check() {
    local file licence
    cd "$1" || { echo "$1: not there"; return; }
    files | while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done >"$list" # without those just deleted
    grep -E '(\.(h|cpp|sh|py|cmake)|CMakeLists\.txt|^start|^\.ci/run)$' "$list" | while read -r file; do
        [ "$(wc -l <"$file")" -le 400 ] || echo "$file: more than 400 lines"
        case $file in widgets/* | app/desktop/* | tests/desktop/*) licence=$desktop ;; *) licence=$engine ;; esac
        head -n 2 "$file" | grep -qF "$licence" || echo "$file: its first line (or the second, after #!) must be $licence"
    done
    grep -E '\.(h|cpp)$' "$list" | xargs clang-format --dry-run -Werror 2>&1 |
        sed -nE 's/^([^:]+):[0-9]+:[0-9]+: error: .*/\1: not as clang-format has it/p' | sort -u
    grep -v '^LICENSES/' "$list" | tr '\n' '\0' >"$list.0"
    xargs -0 grep -InHE '(^|[^[:alnum:]_$}.])/(work|root)/' <"$list.0" | sed 's/$/ : a path of one machine/'
    xargs -0 grep -InHE 'pypi[.]org|files[.]pythonhosted[.]org|(deb|security)[.]debian[.]org' <"$list.0" |
        sed 's/$/ : an address of a registry/'
}

selfTest() {
    local spdx="// $engine" expected
    tree=$scratch/tree
    mkdir -p "$tree"/{datasets,widgets,tests/desktop}
    cp "$(dirname "$0")/../.clang-format" "$tree"
    { echo "$spdx"; printf '// a line%.0s\n' {1..400}; } >"$tree/datasets/long.cpp"
    { echo "$spdx"; printf '// a line%.0s\n' {1..399}; } >"$tree/datasets/fine.cpp"
    echo '#pragma once' >"$tree/datasets/nolicence.h"
    echo "$spdx" >"$tree/widgets/wronglicence.h"
    echo "$spdx" >"$tree/tests/desktop/wronglicence.cpp"
    printf '%s\nint   a ;\n' "$spdx" >"$tree/datasets/ragged.cpp"
    printf 'see /%s/folder\n' work >"$tree/machine.md"
    printf 'from %s.org\n' pypi >"$tree/address.md"
    expected="address.md datasets/long.cpp datasets/nolicence.h datasets/ragged.cpp machine.md tests/desktop/wronglicence.cpp widgets/wronglicence.h "
    [ "$(check "$tree" | cut -d : -f 1 | sort | tr '\n' ' ')" = "$expected" ] ||
        { check "$tree" >&2; echo "house: found is above, planted was: $expected" >&2; exit 1; }
    echo "house: each planted breach found, and nothing else"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
list=$scratch/files
command -v clang-format >/dev/null || { echo "house: clang-format is missing (apt-get install clang-format)" >&2; exit 1; }
if [ "${1:-}" = --self-test ]; then
    selfTest
else
    found=$(check "${1:-$(dirname "$0")/..}")
    [ -z "$found" ] || { printf '%s\n' "$found" >&2; exit 1; }
fi
