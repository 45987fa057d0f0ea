#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In a bare Debian 12 root, `./start engine` and `./start test` do everything: what was installed, and how long it took.
# The figures go to docs/measurements.md, the packages to build/long/bare-debian.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$EUID" = 0 ] || { echo "bare-debian: making a Debian root needs root: sudo $0" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "bare-debian: apt-get install debootstrap" >&2; exit 1; }
command -v git >/dev/null || { echo "bare-debian: apt-get install git" >&2; exit 1; }

place=$(mktemp -d "${TMPDIR:-/tmp}/revisit-bare.XXXXXX")
trap 'rm -rf --one-file-system "$place"' EXIT
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Codename: bookworm' | head -n 1)
debootstrap --variant=minbase bookworm "$place" "$mirror" >"$place.log" || { tail "$place.log" >&2; exit 1; }
rm "$place.log"

# the way to the network is this machine's; all else is bare
cp -L /etc/resolv.conf "$place/etc/resolv.conf"
apt-config dump Acquire >"$place/etc/apt/apt.conf.d/99network"
cp /etc/ssl/certs/ca-certificates.crt "$place/etc/network.crt"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$place/etc/pip.conf"

mkdir "$place/revisit"
git archive HEAD | tar -x -C "$place/revisit"

# inside COMMAND: runs it in the root, in mount and process namespaces of its own, which take their mounts with them.
inside() {
    unshare --mount --pid --fork bash -c 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" \
        env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin PIP_CERT=/etc/network.crt CI=true sh -c "cd /revisit && $1"' \
        "$place" "$1" </dev/null
}
packages() { dpkg-query --admindir="$place/var/lib/dpkg" -W -f '${Package} ${Version} ${Installed-Size}\n' | sort; }

mkdir -p build/long
packages >build/long/bare-debian.before
report="| command | seconds | packages added | MB added by them |\n|---|---|---|---|\n"
for command in "./start engine" "./start test" "./start test"; do
    before=$SECONDS
    inside "$command" 2>&1 | tee build/long/bare-debian.log
    packages >build/long/bare-debian.after
    added=$(comm -13 build/long/bare-debian.before build/long/bare-debian.after |
        awk '{ count++; kilobytes += $3 } END { printf "%d | %d", count, kilobytes / 1000 }')
    report+="| \`$command\` | $((SECONDS - before)) | $added |\n"
done
if grep -E '^  (installing|unpacking|downloading)|^Collecting' build/long/bare-debian.log; then
    echo "bare-debian: the second ./start test did again what is above" >&2
    exit 1
fi
comm -13 build/long/bare-debian.before build/long/bare-debian.after >build/long/bare-debian.txt

{
    printf '\n## Bare Debian 12 (debootstrap minbase)\n\n%s, commit %s, %s cores; `tests/long/bare-debian.sh`. Packages counted from the bare root on.\n\n' \
        "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$(nproc)"
    printf '%b' "$report"
    printf '\nDownloads and LibTorch took %s, the build folder %s.\n' \
        "$(du -sh "$place/root/.cache/revisit" | cut -f 1)" "$(du -sh "$place/revisit/build" | cut -f 1)"
} | tee -a docs/measurements.md
