#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How soon the window stands: `build/bin/revisit` within 1 s, `./start` where all is built within 3 s. Median of 7 after one that warms up.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/long/section.sh
for tool in Xvfb xwininfo; do
    command -v "$tool" >/dev/null || { echo "window: apt-get install xvfb x11-utils" >&2; exit 1; }
done
place=$(mktemp -d)
mkfifo "$place/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 3>"$place/display" 2>/dev/null &
server=$!
trap 'kill $server; rm -rf "$place"' EXIT
read -r number <"$place/display"
export DISPLAY=:$number
# what the desktop remembers stays out of the user's own files
export XDG_CONFIG_HOME=$place/config XDG_DATA_HOME=$place/data

# seconds COMMAND: from its start to a viewable window of Revisit's
seconds() {
    local began child window
    began=$(date +%s.%N)
    "$@" >"$place/said" 2>&1 &
    child=$!
    until window=$(xwininfo -root -tree | awk '/Revisit/ && $0 !~ /10x10|1x1/ { print $1; exit }') && [ -n "$window" ] &&
        xwininfo -id "$window" 2>/dev/null | grep -q IsViewable; do
        kill -0 "$child" 2>/dev/null || { cat "$place/said" >&2; return 1; }
        sleep 0.01
    done
    date +%s.%N | awk -v began="$began" '{ print $1 - began }'
    pkill -P "$child" -TERM 2>/dev/null || true
    kill "$child"
    wait "$child" 2>/dev/null || true
}
median() {
    local round
    seconds "$@" >/dev/null
    for round in 1 2 3 4 5 6 7; do seconds "$@"; done | sort -n | sed -n 4p
}
program=$(median build/bin/revisit) entry=$(median ./start)
printf 'A viewable window %.2f s after `build/bin/revisit`, %.2f s after `./start` (Xvfb, medians of 7).\n' "$program" "$entry" |
    section "The window"
awk -v a="$program" -v b="$entry" 'BEGIN { exit !(a <= 1 && b <= 3) }' || { echo "window: too late" >&2; exit 1; }
