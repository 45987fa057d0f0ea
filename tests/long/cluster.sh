#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The preset `cluster`, in a bare Debian 12 root that has neither GDAL, OpenCV nor Qt: builds, and trains from a pack.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
[ "$EUID" = 0 ] || { echo "cluster: making a Debian root needs root: sudo $0" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "cluster: apt-get install debootstrap" >&2; exit 1; }
libtorch=$(sed -n 's/^LIBTORCH_DIR:PATH=//p' build/CMakeCache.txt)

place=$(mktemp -d "${TMPDIR:-/tmp}/revisit-cluster.XXXXXX")
trap 'umount "$place/libtorch" 2>/dev/null || true; rm -rf --one-file-system "$place"' EXIT
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Codename: bookworm' | head -n 1)
debootstrap --variant=minbase --include=g++,cmake,ninja-build,nlohmann-json3-dev,libcli11-dev bookworm "$place" "$mirror" >"$place.log" ||
    { tail "$place.log" >&2; exit 1; }
rm "$place.log"
mkdir "$place/revisit" "$place/libtorch" "$place/training"
git archive HEAD | tar -x -C "$place/revisit"
mount --bind "$(dirname "$libtorch")" "$place/libtorch" # torch/ and nvidia/ beside it
build/bin/revisit-engine data pack planet --to "$place/training/planet.pack" >/dev/null
printf '{"dataset": {"name": "pack", "path": "/training/planet.pack"}, "training": {"steps": 100}}' >"$place/training/run.json"

for absent in gdalinfo qmake6; do ! chroot "$place" which "$absent" || { echo "cluster: $absent is there" >&2; exit 1; }; done
began=$SECONDS
chroot "$place" env -i HOME=/root PATH=/usr/bin:/bin LIBTORCH_DIR=/libtorch/torch sh -c \
    'cd /revisit && cmake --preset cluster >/dev/null && cmake --build --preset cluster'
built=$((SECONDS - began))
mount -t proc proc "$place/proc"
chroot "$place" env -i HOME=/root PATH=/usr/bin:/bin /revisit/build-cluster/bin/revisit-engine train /training --quiet
umount "$place/proc"
rate=$(grep '"event":"step"' "$place/training/events.jsonl" | tail -n 1 | number rate)
printf 'Built with g++ in %d s; trained 100 steps from a pack of the planet, at %s patches/s.\n' "$built" "$rate" |
    section "The preset cluster without GDAL, OpenCV and Qt"
