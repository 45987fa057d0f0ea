# SPDX-License-Identifier: Apache-2.0
# What ./start says, and what it must find before it works.

steps=6
note() { printf '%s\n' "$*"; }
step() { printf '[%s of %s] %s\n' "$1" "$steps" "$2"; }
fail() {
    printf 'start: %s\n' "$*" >&2
    exit 1
}
wrongCall() {
    printf 'start: %s ./start --help lists what it can do.\n' "$*" >&2
    exit 2
}

# checkSystem OS_RELEASE SYSTEM MACHINE: ends unless that is Debian 12 on x86-64.
checkSystem() {
    [ "$2" = Darwin ] && fail "macOS is not supported yet; Debian 12 in a virtual machine is."
    local name
    name=$(. "$1" 2>/dev/null && printf '%s' "${PRETTY_NAME:-$2}") || name=$2
    (. "$1" 2>/dev/null && [ "$ID $VERSION_ID" = "debian 12" ]) ||
        fail "sets up Debian 12 (also inside WSL2), and this is $name. Elsewhere build the engine by hand: LIBTORCH_DIR=... cmake --preset cluster."
    [ "$3" = x86_64 ] || fail "LibTorch comes for x86_64, and this machine is $3."
}

# needSpace FOLDER MEGABYTES WHAT: ends unless the folder's disk has that much room.
needSpace() {
    local free elsewhere=""
    mkdir -p "$1"
    case $1 in "$cache"*) elsewhere=", or set XDG_CACHE_HOME to a larger disk" ;; esac
    free=$(($(df --output=avail -k "$1" | tail -n 1) / 1024))
    [ "$free" -ge "$2" ] || fail "$3 needs $2 MB in $1, and $free MB are free. Free some$elsewhere."
}

mayBecomeRoot() { [ "$EUID" = 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; }
asRoot() { if [ "$EUID" = 0 ]; then "$@"; else sudo "$@"; fi; }
