// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <cstddef>
#include <span>

namespace revisit {

std::string base64(std::span<const std::byte> bytes);
/// Numbers as they lie in memory, lowest byte first.
template <class T> std::string base64Of(const std::vector<T>& numbers)
{
    return base64(std::as_bytes(std::span(numbers)));
}
/// A request's whole number of that name, or `initial`; Error when it is none or out of range.
std::int64_t whole(const Json& request, const char* name, std::int64_t initial, std::int64_t low, std::int64_t high);
/// The same of a number.
double number(const Json& request, const char* name, double initial, double low, double high);
/// The request's "indices", each from 0 to below `size`; Error when they are more than `most`.
std::vector<std::int64_t> indicesIn(const Json& request, std::size_t most, std::int64_t size);

} // namespace revisit
