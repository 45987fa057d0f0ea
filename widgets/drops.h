// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

/// What a path that was dropped or chosen means.
struct Dropped {
    enum Kind { Nothing, Run, Settings, Images } kind = Nothing;
    QString path;
    QString why; ///< of Nothing: a sentence that says why it is not taken
};

/// A run directory, a run.json (any .json file), or images: a folder, a zip, a TIFF.
Dropped classifyDrop(const QString& path);
