#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./start without network and without root: its pieces work on a small tree with lists, wheels and a .deb of its own.
set -uo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# expect STATUS PATTERN SENTENCE COMMAND: runs it in a subshell; its status and its output must be these.
expect() {
    local status=$1 pattern=$2 sentence=$3 output found
    shift 3
    output=$("$@" 2>&1)
    found=$?
    if [ "$found" = "$status" ] && [[ $output =~ $pattern ]]; then
        echo "ok   $sentence"
    else
        failures=$((failures + 1))
        printf 'FAIL %s: status %s instead of %s\n%s\n' "$sentence" "$found" "$status" "$output"
    fi
}

cd "$tree" && mkdir -p cmake/start build tests/long
cp "$repository"/cmake/start/*.sh cmake/start
for piece in cmake/start/*.sh; do
    # shellcheck source=/dev/null
    source "$piece"
done
root=$tree cache=$tree/cache downloads=$tree/cache/wheels stick='' libtorch='' program=build/program
mkdir -p "$downloads"

start=$repository/start
expect 2 "bogus is not known" "namesAnUnknownArgument" "$start" bogus
expect 2 "exclude each other" "refusesTwoCommands" "$start" engine test
expect 2 "goes with test" "refusesLongWithoutTest" "$start" --long
LIBTORCH_DIR=$tree expect 1 "LIBTORCH_DIR is $tree, which has no" "namesAWrongLibtorchDir" "$start"
expect 2 "needs a folder" "refusesACacheWithoutAFolder" "$start" --cache
expect 0 "start engine" "helps" "$start" --help

release() { printf 'ID=%s\nVERSION_ID="%s"\nPRETTY_NAME="%s %s"\n' "$1" "$2" "$1" "$2" >release; }
release debian 12 && expect 0 "" "takesDebian12" checkSystem release Linux x86_64
expect 1 "this machine is aarch64" "namesAnotherProcessor" checkSystem release Linux aarch64
release debian 11 && expect 1 "this is debian 11" "namesAnotherDebian" checkSystem release Linux x86_64
release ubuntu 24.04 && expect 1 "this is ubuntu 24.04" "namesAnotherDistribution" checkSystem release Linux x86_64
expect 1 "macOS is not supported yet" "namesMacOS" checkSystem none Darwin arm64
expect 1 "needs 999999999 MB in $tree" "namesAFullDisk" needSpace "$tree" 999999999 "A test"
expect 0 "" "takesADiskWithRoom" needSpace "$tree" 1 "A test"

# packages
printf '# comment\nengine bash\nengine no-such-engine\ndesktop no-such-desktop\n' >cmake/start/packages.txt
expect 0 "^bash no-such-engine$" "listsThePackagesOfAPart" eval 'packageNames engine | xargs'
expect 0 "^no-such-desktop no-such-engine$" "findsWhatIsMissing" eval 'missingPackages "$(packageNames "engine desktop")" | xargs'
withoutRoot() { mayBecomeRoot() { false; } && installPackages engine; }
expect 1 "sudo apt-get install --no-install-recommends no-such-engine" "namesPackagesAndCommandWithoutRoot" withoutRoot

# a stick: a .deb becomes a repository, from which apt fetches it with what it needs (it stops before installing)
makeDeb() {
    mkdir -p "$1/DEBIAN" "a stick"
    printf 'Package: %s\nVersion: 1:1\nArchitecture: all\nMaintainer: nobody\nDepends: %s\nDescription: test\n' "$1" "$2" >"$1/DEBIAN/control"
    dpkg-deb --build "$1" "a stick/$1_1%3a1_all.deb" >/dev/null
}
fillStick() { makeDeb revisit-probe revisit-needed && makeDeb revisit-needed bash && indexPackages "a stick"; }
asRoot() { "$@"; }
echo 'APT::Get::Download-Only "true"; Dir::Cache::archives "'"$tree"'/archives"; Debug::NoLocking "true"; Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";' >apt.conf
mkdir -p archives/partial
export APT_CONFIG=$tree/apt.conf
expect 0 "" "fillsAStick" fillStick
expect 0 "" "installsFromAStick" installFromStick "$tree/a stick" revisit-probe
expect 0 "will be installed:.*revisit-needed revisit-probe" "installsWhatThatNeeds" cat build/apt.log
expect 1 "Unable to locate package no-such-package" "saysWhatAStickLacks" installFromStick "$tree/a stick" no-such-package

# wheels: made here, found by pip in a folder instead of the network
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$tree/index PIP_CONFIG_FILE=/dev/null
makeWheel() {
    mkdir -p index
    /usr/bin/python3 - "$1" "$2" <<'END'
import sys, zipfile
name, version = sys.argv[1:]
with zipfile.ZipFile(f"index/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}/data", name)
    wheel.writestr(f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    wheel.writestr(f"{name}-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{name}-{version}.dist-info/RECORD", "")
END
}
makeWheel first_one 1.0 && makeWheel second 2.0
line() { printf '%s==%s --hash=sha256:%s\n' "$1" "$2" "$(sha256sum "index/${1//-/_}-$2-py3-none-any.whl" | cut -d ' ' -f 1)"; }
{ echo "# comment" && line first-one 1.0 && line second 2.0; } >cmake/start/pair.txt
line second 2.0 | sed 's/:.*/:'"$(printf '0%.0s' {1..64})/" >cmake/start/wrong.txt
unpackAll() { while read -r line <&3; do unzip -q "$(wheelOf "$line")" -d "$1" || return; done 3< <(requirements pair); }
unpackHalf() { touch "$1/half" && fail "interrupted"; }

expect 1 "DO NOT MATCH" "refusesAWheelWithAnotherHash" fetchWheels wrong
expect 0 "Saved .*first_one.*Saved .*second" "downloadsByHash" fetchWheels pair
expect 0 "^$" "downloadsNothingTwice" fetchWheels pair
expect 1 "interrupted" "stopsInTheMiddle" setUpTree pair 1 unpackHalf pair
expect 1 "" "leavesNoHalfTree" test -e cache/pair
expect 0 "unpacking" "goesOnAfterAnInterruption" setUpTree pair 1 unpackAll pair
expect 0 "first_onesecond" "unpacksWhole" cat cache/pair/first_one/data cache/pair/second/data
expect 1 "" "leavesNothingOfTheHalf" test -e cache/pair/half
expect 0 "^$" "unpacksNothingTwice" setUpTree pair 1 unpackHalf pair
echo "# another comment" >>cmake/start/pair.txt
expect 0 "unpacking" "followsAChangedList" setUpTree pair 1 unpackAll pair
downloads="$tree/a stick/wheels" stick="$tree/a stick"
expect 0 "^$" "fillsAStickFromTheCache" setUpTree pair 1 unpackHalf pair
rm -r cache/wheels "$downloads"
expect 0 "Saved" "fillsAStickThoughTheTreeIsThere" setUpTree pair 1 unpackHalf pair

# configuration
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(Probe LANGUAGES NONE)
file(WRITE ${CMAKE_BINARY_DIR}/seen "desktop ${REVISIT_DESKTOP} libtorch ${LIBTORCH_DIR}")
END
cat >CMakePresets.json <<'END'
{"version": 4, "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build"}]}
END
configured() { rm -f build/seen && configure "$1" && cat build/seen; }
expect 0 "desktop OFF libtorch $cache/libtorch" "configuresTheEngineAlone" configured engine
expect 1 "seen: No such file" "configuresNothingTwice" configured engine
expect 0 "desktop ON" "addsTheDesktop" configured "engine desktop"
expect 1 "seen: No such file" "keepsTheDesktopWhenTheEngineIsAskedFor" configured engine
libtorch=/elsewhere expect 0 "desktop ON libtorch /elsewhere" "followsLibtorchDir" configured engine

# long tests
printf '#!/bin/sh\necho passes\n' >tests/long/a.sh
printf '#!/bin/sh\necho breaks; exit 1\n' >tests/long/b.sh
printf '#!/bin/sh\necho not executable\n' >tests/long/c.sh
chmod +x tests/long/[ab].sh
if command -v git >/dev/null; then
    printf '*\n!tests/\n!tests/**\n' >.gitignore
    git init -q . && git add tests && git -c user.name=n -c user.email=e commit -qm "a commit"
    expect 1 "passes.*breaks.*failed: tests/long/b.sh$" "runsAllLongTestsAndNamesTheFailed" runLongTests
    expect 1 "a.sh: done with these files.*breaks" "repeatsOnlyWhatFailed" runLongTests
    echo '# changed' >>tests/long/a.sh
    expect 1 "passes" "repeatsWhatChanged" runLongTests
else
    echo "skipped: the long tests' stamps need git"
fi

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
