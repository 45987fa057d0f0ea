#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails on an #include that points against the architecture's directions. Whatever a folder's rule does not allow is forbidden.
#   tests/layering.sh [TREE]         checks a source tree (default: this one)
#   tests/layering.sh --self-test    plants one forbidden include per rule and fails unless each is found
set -euo pipefail

std='<[a-z_]+>|<(assert|errno|malloc|math|stdint|stdio|stdlib|string|time|immintrin)\.h>'
posix='<((sys|linux|netinet)/[a-z]+|dirent|dlfcn|fcntl|glob|poll|pthread|pwd|sched|signal|spawn|termios|unistd)\.h>'
base="$std|$posix"
json='<nlohmann/[a-z_]+\.hpp>'
torch='<(torch|ATen|c10)/[A-Za-z0-9_/]+\.h>'
foreign='<(gdal|ogr|cpl|zip)[a-z_]*\.h>|<(opencv2/.*|hdf5|H5Cpp)\.(h|hpp)>'
network='<curl/curl\.h>|<gnutls/[a-z]+\.h>'
datasets='"datasets/[a-z0-9_/]+\.h"'
experiments='"experiments/[a-z0-9_/]+\.h"'
engine='"app/engine/[a-z0-9_/]+\.h"|<CLI/[A-Za-z]+\.hpp>'
qt='<Q[A-Za-z]+(/Q[A-Za-z]+)?>|<qcustomplot\.h>'
own='"[a-z0-9_]+\.(h|moc)"' # the widgets' and the desktop's headers, by their bare names

# the first rule whose folder fits a file is the file's rule
rules=(
    "datasets/(gdal|xml|raster|vector|archive|hdf5)\.cpp   $base|$json|$datasets|$foreign"
    "datasets/(download|digest)\.cpp  $base|$json|$datasets|$network"
    "datasets/.*                      $base|$json|$datasets"
    "experiments/.*                   $base|$json|$datasets|$experiments|$torch"
    "app/engine/.*\.h                 $base|$json|$datasets|$experiments|$engine"
    "app/engine/.*                    $base|$json|$datasets|$experiments|$engine|$torch"
    "(widgets|app/desktop)/.*         $base|$qt|$own"
)

# check TREE: prints "file:line:include" for each include that its folder's rule does not allow.
check() {
    local file folder allowed rule
    cd "$1"
    find datasets experiments widgets app -name '*.h' -o -name '*.cpp' | sort | while read -r file; do
        for rule in "${rules[@]}"; do
            read -r folder allowed <<<"$rule"
            [[ $file =~ ^$folder$ ]] || continue
            grep -HnE '^\s*#\s*include' "$file" | grep -vE "^[^:]+:[0-9]+:\s*#\s*include\s*($allowed)" || true
            break
        done
    done
}

selfTest() {
    local planted file include
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    planted=$(
        cat <<'END'
datasets/torchinheader.h <torch/torch.h>
datasets/torch.cpp <ATen/ATen.h>
datasets/pixels.cpp <gdal_priv.h>
datasets/sources/zip.cpp <zip.h>
datasets/qt.cpp <QString>
datasets/upwards.cpp "experiments/batch.h"
datasets/raster.cpp <torch/torch.h>
datasets/curl.cpp <curl/curl.h>
datasets/download.cpp <gdal_priv.h>
experiments/gdal.cpp <gdal_priv.h>
experiments/opencv.cpp <opencv2/core.hpp>
experiments/qt.h <QObject>
experiments/upwards.cpp "app/engine/command.h"
app/engine/qt.cpp <QtCore/QObject>
app/engine/gdal.cpp <gdal.h>
app/engine/curl.cpp <curl/curl.h>
app/engine/torchinheader.h <torch/torch.h>
widgets/torch.cpp <torch/torch.h>
widgets/engine.cpp "datasets/pack.h"
widgets/json.cpp <nlohmann/json.hpp>
widgets/upwards.cpp "app/desktop/mainwindow.h"
app/desktop/torch.cpp <c10/core/Device.h>
app/desktop/engine.cpp "experiments/trainer.h"
app/desktop/gdal.cpp <gdal.h>
END
    )
    mkdir -p "$tree"/{datasets/sources,experiments,widgets,app/engine,app/desktop}
    while read -r file include; do printf '#pragma once\n#include <vector>\n  # include %s\n' "$include" >"$tree/$file"; done <<<"$planted"
    printf '#include "datasets/raster.h"\n#include <gdal_priv.h>\n#include <sys/mman.h>\n' >"$tree/datasets/archive.cpp"
    printf '#include "experiments/trainer.h"\n#include <torch/torch.h>\n#include <CLI/CLI.hpp>\n' >"$tree/app/engine/main.cpp"
    printf '#include "chart.h"\n#include <QtWidgets/QWidget>\n#include <qcustomplot.h>\n' >"$tree/app/desktop/main.cpp"
    diff <(while read -r file include; do printf '%s:3:  # include %s\n' "$file" "$include"; done <<<"$planted" | sort) \
        <(check "$tree" | sort) || { echo "layering: < must be found, > must not" >&2; exit 1; }
    echo "layering: all $(wc -l <<<"$planted") planted includes found, and nothing else"
}

if [ "${1:-}" = --self-test ]; then
    selfTest
else
    found=$(check "${1:-$(dirname "$0")/..}")
    [ -z "$found" ] || { printf '%s\n' "$found" "layering: these includes point against the directions in CONTRIBUTING.md" >&2; exit 1; }
fi
