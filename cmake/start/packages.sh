# SPDX-License-Identifier: Apache-2.0
# Debian packages: from the network, or from a stick that an earlier ./start --cache DIR filled.

# packageNames PARTS: the names in packages.txt for "engine" or "engine desktop".
packageNames() {
    local part
    for part in $1; do sed -n "s/^$part //p" cmake/start/packages.txt; done
}

# missingPackages NAMES: those that are not installed.
missingPackages() {
    # shellcheck disable=SC2086
    comm -23 <(printf '%s\n' $1 | sort) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $1 2>/dev/null | sed -n 's/^installed //p' | sort)
}

# apt ARGUMENTS: apt-get with its progress on one line; the rest goes to build/apt.log, and its end is shown where it fails.
apt() {
    local log=$root/build/apt.log
    asRoot env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o APT::Status-Fd=1 -o DPkg::Lock::Timeout=300 "$@" 2>&1 </dev/null |
        tee -a "$log" | awk -F: -v tty="$([ -t 1 ] && echo 1)" '
            /^(dl|pm)status:/ {
                what = $1 == "dlstatus" ? "downloading" : "installing"; percent = int($3)
                if (tty) printf "\r  %s %3d %%", what, percent
                else if (what != last || percent >= shown + 25) { printf "  %s %d %%\n", what, percent; shown = percent }
                last = what; fflush()
            }
            END { if (tty && last) printf "\r\033[K" }' && return
    grep -E '^(E|W|Err)' "$log" | tail -n 8 >&2 || tail -n 8 "$log" >&2
    return 1
}

# installPackages PARTS: installs what is missing, or names it and the command where that is not allowed.
installPackages() {
    local missing
    missing=$(missingPackages "$(packageNames "$1")" | xargs)
    [ -n "$missing" ] || return 0
    mayBecomeRoot || fail "these Debian packages are missing, and installing them needs root: $missing
Run this, or ask your administrator to, and call ./start again:
  sudo apt-get update; sudo apt-get install --no-install-recommends $missing"
    needSpace /usr 2500 "Installing Debian packages"
    note "  installing $missing"
    asRoot dpkg --configure -a >>build/apt.log 2>&1 || true # what an interruption left half installed
    if [ -n "$stick" ] && [ -e "$stick/debs/Packages" ]; then
        # shellcheck disable=SC2086
        installFromStick "$stick/debs" $missing && return
        note "  The stick's packages do not fit this machine; trying the network."
    fi
    # shellcheck disable=SC2086
    apt update && apt install --no-install-recommends $missing ||
        fail "apt-get could not install the packages; what it said is above and in build/apt.log. ./start tries again."
}

# fillPackageStick FOLDER: downloads all packages with all they depend on, whatever this machine has, as a small repository.
fillPackageStick() {
    local state
    [ ! -e "$1/Packages" ] && mayBecomeRoot || return 0
    needSpace "$1" 1000 "Keeping the Debian packages"
    note "  filling $1"
    state=$(mktemp -d)
    touch "$state/status" # nothing is installed, so that the stick serves a barer machine too
    if apt update && apt install --download-only --no-install-recommends -o Dir::State::status="$state/status" \
        -o Dir::Cache::archives="$1" -o APT::Sandbox::User=root $(packageNames "engine desktop"); then
        indexPackages "$1"
    else
        note "  No network: $1 is not filled."
    fi
    rm -r "$state"
}

# indexPackages FOLDER: the index that makes a folder of .deb files a repository.
indexPackages() {
    local deb
    for deb in "$1"/*.deb; do
        dpkg-deb -f "$deb"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$(basename "$deb")" "$(stat -c %s "$deb")" \
            "$(sha256sum "$deb" | cut -d ' ' -f 1)"
    done | asRoot tee "$1/Packages.partial" >/dev/null
    asRoot mv "$1/Packages.partial" "$1/Packages"
}

# installFromStick FOLDER NAMES: apt-get with that repository alone. It is trusted: apt checked each file when the stick was filled.
installFromStick() {
    local state folder=$1 failed=0
    shift
    state=$(mktemp -d)
    mkdir -p "$state/lists/partial"
    echo "deb [trusted=yes] file:${folder// /%20} ./" >"$state/sources.list"
    local options=(-o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$state/lists" -o APT::Sandbox::User=root)
    { apt "${options[@]}" update && apt "${options[@]}" install --no-install-recommends "$@"; } || failed=1
    asRoot rm -r "$state"
    return $failed
}
