# SPDX-License-Identifier: Apache-2.0
# Configure, build, test: all in build/.

# configure PARTS: anew only where what it depends on has changed; ninja itself looks after the CMake files.
# A build folder that has the desktop keeps it when only the engine is asked for.
configure() {
    local desktop=OFF stamp=build/.configured wanted
    if [[ $1 == *desktop* ]] || grep -qs 'REVISIT_DESKTOP=ON' $stamp; then desktop=ON; fi
    local arguments=("-DREVISIT_DESKTOP=$desktop" "-DLIBTORCH_DIR=${libtorch:-$cache/libtorch-2.11.0/torch}" "-DREVISIT_PLANET_DIR=$cache/planet")
    wanted="$root ${arguments[*]} $(sha256sum CMakePresets.json)"
    [ -e build/build.ninja ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && return
    rm -f $stamp
    cmake --fresh --preset release "${arguments[@]}" >build/configure.log 2>&1 ||
        { tail -n 30 build/configure.log >&2; fail "the configuration failed; the end of build/configure.log is above."; }
    echo "$wanted" >$stamp
}

# jobs: as many compilers as there are cores, and memory for (LibTorch's headers take 1.3 GB each).
jobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
    echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}

build() {
    [ -e "$program" ] || needSpace build 2000 "The build"
    # shellcheck disable=SC2086
    NINJA_STATUS='  %f of %t: ' cmake --build build --parallel "$(jobs)" --target $1 ||
        fail "the build failed; the first error is above."
}

runTests() { QT_QPA_PLATFORM=offscreen exec ctest --test-dir build --output-on-failure --parallel "$(nproc)"; }

# runLongTests: every script of tests/long that has not passed with these files. What they write to docs/ changes nothing.
runLongTests() {
    local script stamp files failed=
    files=$(git ls-files -s -- . ':!docs' | sha256sum | cut -d ' ' -f 1)
    [ -z "$(git status --porcelain -- . ':!docs')" ] || files=
    mkdir -p build/long
    for script in tests/long/*.sh; do
        [ -x "$script" ] || continue
        stamp=build/long/$(basename "$script" .sh)
        if [ -n "$files" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$files" ]; then
            note "$script: done with these files"
            continue
        fi
        note "$script"
        if "$script"; then echo "$files" >"$stamp"; else failed+=" $script"; fi
    done
    [ -z "$failed" ] || fail "these failed:$failed"
}
