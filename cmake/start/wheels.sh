# SPDX-License-Identifier: Apache-2.0
# Packages from the Python index, by name, version and hash, unpacked side by side. No Python code of theirs is ever run.

# setUpTree NAME MEGABYTES UNPACK LISTS: makes the folder NAME in the cache from the wheels of the lists, unless it was.
# It appears under its name only when it is complete.
setUpTree() {
    local tree=$cache/$1 megabytes=$2 unpack=$3 list partial
    shift 3
    if [ -n "$stick" ] || ! isFrom "$tree" "$@"; then
        for list in "$@"; do fetchWheels "$list"; done
    fi
    isFrom "$tree" "$@" && return
    needSpace "$cache" "$megabytes" "Unpacking"
    note "  unpacking to $tree"
    partial=$tree.partial
    rm -rf "$partial"
    mkdir -p "$partial"
    $unpack "$partial" "$@"
    for list in "$@"; do listHash "$list"; done >"$partial/.lists"
    rm -rf "$tree"
    mv "$partial" "$tree"
}

listHash() { sha256sum "cmake/start/$1.txt"; }

# isFrom TREE LISTS: whether the tree was made from these lists (and perhaps more).
isFrom() {
    local tree=$1 list
    shift
    for list in "$@"; do grep -qxF "$(listHash "$list")" "$tree/.lists" 2>/dev/null || return 1; done
}

# wheelOf REQUIREMENT: the downloaded file of a line "name==version --hash=sha256:...", if its hash is right.
wheelOf() {
    local name=${1%%==*} version=${1#*==} file
    for file in "$downloads/${name//-/_}-${version%% *}"-*.whl; do
        [ -e "$file" ] && echo "${1##*sha256:}  $file" | sha256sum --check --status && printf '%s\n' "$file" && return
    done
    return 1
}

# requirements LIST: its lines, "name==version --hash=sha256:...".
requirements() { grep -v '^#' "cmake/start/$1.txt"; }

# fetchWheels LIST: downloads what is not there, one wheel after the other, so that an interruption loses one at most.
# pip takes a platform's name literally: these are the lists'.
fetchWheels() {
    local line file
    mkdir -p "$downloads"
    while read -r line <&3; do
        wheelOf "$line" >/dev/null && continue
        if file=$(downloads=$cache/wheels wheelOf "$line"); then
            cp "$file" "$downloads"
            continue
        fi
        needSpace "$downloads" 1500 "Downloading"
        rm -rf "$cache/download.partial"
        mkdir -p "$cache/download.partial" # pip's own place, /tmp, may be small, and would keep what an interruption leaves
        TMPDIR=$cache/download.partial /usr/bin/python3 -m pip download --no-cache-dir --disable-pip-version-check --no-deps \
            --require-hashes --only-binary=:all: --python-version 3.11 --implementation cp \
            --platform={manylinux_2_{28,27,25,18,17,12,5}_x86_64,manylinux2014_x86_64,any} --dest "$downloads" -r <(echo "$line") ||
            fail "${line%% *} could not be downloaded; what pip said is above. Check the network, or bring $downloads along with --cache; ./start tries again."
        rm -r "$cache/download.partial"
    done 3< <(requirements "$1")
}

# unzipSome ARGUMENTS: unzip where some of the patterns may match nothing.
unzipSome() { { unzip -q "$@" 2>&1 || [ $? = 11 ]; } | sed '/^caution: /d' >&2; }

# unpackLibTorch FOLDER LISTS: headers and libraries; those for CUDA only with its list.
unpackLibTorch() {
    local folder=$1 line list without=()
    shift
    [[ " $* " == *" cuda "* ]] || without=(-x 'torch/lib/*cuda*' torch/lib/libtorch_nvshmem.so)
    for list in "$@"; do
        while read -r line <&3; do
            unzipSome "$(wheelOf "$line")" 'torch/lib/*' 'torch/include/*' 'nvidia/*' '*.dist-info/*' "${without[@]}" -d "$folder"
        done 3< <(requirements "$list")
    done
}

# unpackPlanet FOLDER LIST: the three files that are read, and their licences.
unpackPlanet() {
    local line
    while read -r line <&3; do
        unzipSome -j "$(wheelOf "$line")" '*/bmng.jpg' '*/kmz_int_reshape.png' '*/kg_zoneNum.csv' '*/LICENSE.mit' '*/LICENSE.txt' \
            -d "$1"
        find "$1" -name 'LICENSE.*' -exec mv {} "$1/${line%%==*}.LICENSE.txt" \;
    done 3< <(requirements "$2")
}
