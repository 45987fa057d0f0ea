// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include "datasets/sources/imagelist.h"

namespace revisit {

/// Gives each patch, one for each image, what the table says of its image: lon and lat where the image itself does not
/// say, date, class, place, split; every other column of numbers becomes a factor. Rows and images are matched by the
/// last part of their names. Error, naming the table, where it has no column of file names, a cell makes no sense, or
/// no row has an image.
void join(PackContents& contents, const ImageList& images, const std::filesystem::path& table);

/// `name`, which a table gives of a file or folder below its own. Error, beginning with `where`, where it could lead
/// anywhere else.
const std::string& plainName(const std::string& name, const std::string& where);

/// Days from 1970-01-01 of "2019-03-07", "20190307" or what begins like one of them; nothing for all else.
std::optional<std::int32_t> dayIn(const std::string& text);
/// Of the first part of a product's name, between underscores, that is a day and a time: 20170613T101031.
std::optional<std::int32_t> dayInName(const std::string& name);

} // namespace revisit
