#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/peers/setup.sh DIR: makes the Python environment of `revisit-engine bench --peers DIR/bin/python`, with the torch
# whose libraries the engine runs on. Downloads 2 GB, takes 5 GB; what is there already stays.
set -euo pipefail
[ $# = 1 ] || { echo "tests/peers/setup.sh DIR: DIR is where the environment goes" >&2; exit 2; }
mkdir -p "$1"
place=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
requirements=${REQUIREMENTS:-tests/peers/requirements.txt}
lists=(cmake/start/libtorch.txt cmake/start/cuda.txt "$requirements")
made=$place/.made-from
[ "$(cat "$made" 2>/dev/null)" != "$(sha256sum "${lists[@]}")" ] || exit 0

/usr/bin/python3 -m venv --clear --without-pip "$place" # pip comes from outside: Debian keeps ensurepip in a package of its own
install() {
    /usr/bin/python3 -m pip --python "$place/bin/python" install --no-deps --disable-pip-version-check \
        --find-links "${XDG_CACHE_HOME:-$HOME/.cache}/revisit/wheels" "$@"
}
install --require-hashes -r cmake/start/libtorch.txt -r cmake/start/cuda.txt # torch loads the CUDA libraries, GPU or not
install -r "$requirements"
sha256sum "${lists[@]}" >"$made"
