// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/splitter.h"
#include <functional>

namespace revisit {

/// Error, naming the data set, when it is not known where one of its patches is.
void requirePlaces(const Pack& pack, const std::string& splitter);
/// The same for when it was taken.
void requireDates(const Pack& pack, const std::string& splitter);

/// Each patch by itself. Error where one part is empty, as with the next.
Splits splitEach(const Pack& pack, const std::function<bool(const Patch&)>& isTest);
/// Whole groups, patches of the same key, in an order by chance, as long as they bring the tests nearer to their share
/// of the patches. A group's chance depends on its key and the seed alone.
Splits splitGroups(const Pack& pack, const std::vector<std::string>& keys, double testShare, std::uint64_t seed);

} // namespace revisit
