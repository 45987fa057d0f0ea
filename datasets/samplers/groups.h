// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// Indices of patches that are alike in something, group by group; none is empty.
using Groups = std::vector<std::vector<std::int64_t>>;

/// Looks at the same place.
Groups byPlace(const Pack& pack, const std::vector<std::int64_t>& patches);
/// Of the same class; patches without one are left out. Error, naming sampler.by and what to choose `instead`, when
/// none has one.
Groups byClass(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& instead);
/// In the same cell, of about `km` x `km` and all of equal area. Error when a patch has no place.
Groups byCell(const Pack& pack, const std::vector<std::int64_t>& patches, double km, const std::string& instead);
/// Of the same category of a factor or, where it is a number, in the same of `bins` quantiles (fewer where many values
/// are equal); patches of which it is not known are left out. Error when there is no such factor.
Groups byFactor(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& name, std::int64_t bins);

/// Which of the pack's factors is called so. Error, naming sampler.factor and those that there are, when none is.
std::size_t factorCalled(const Pack& pack, const std::string& name);

/// Error, naming sampler.name and what to choose `instead`, when one of the patches has no place.
void requirePlaces(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& sampler,
                   const std::string& instead);
/// The same for dates.
void requireDates(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& sampler,
                  const std::string& instead);

} // namespace revisit
