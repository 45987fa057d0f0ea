// SPDX-License-Identifier: GPL-3.0-or-later
#include "drops.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

Dropped classifyDrop(const QString& path)
{
    const QFileInfo info(path);
    const QString full = QDir::cleanPath(info.absoluteFilePath());
    if (info.isDir()) return {QFileInfo::exists(full + "/run.json") ? Dropped::Run : Dropped::Images, full, {}};
    const QString suffix = info.suffix().toLower();
    if (info.isFile() && suffix == "json") return {Dropped::Settings, full, {}};
    if (info.isFile() && (suffix == "zip" || suffix == "tif" || suffix == "tiff")) return {Dropped::Images, full, {}};
    return {Dropped::Nothing, full,
            QCoreApplication::translate("Drops", "%1 is not something to open here: drop a folder of images, a zip, a "
                                                 "GeoTIFF, a run.json or a run.")
                .arg(info.fileName())};
}
