// SPDX-License-Identifier: Apache-2.0
#include "app/engine/requests.h"
#include "datasets/base/error.h"

namespace revisit {
namespace {

[[noreturn]] void refuse(const char* name, const std::string& what)
{
    throw Error(std::string(name) + ": should be " + what, name);
}

} // namespace

std::string base64(std::span<const std::byte> bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = [&](std::size_t i) { return i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0u; };
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t word = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        for (std::size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : digits[word >> (18 - 6 * k) & 63];
    }
    return text;
}

std::int64_t whole(const Json& request, const char* name, std::int64_t initial, std::int64_t low, std::int64_t high)
{
    if (!request.contains(name)) return initial;
    if (!request[name].is_number_integer()) refuse(name, "a whole number");
    const auto value = request[name].get<std::int64_t>();
    if (value < low || value > high) refuse(name, std::to_string(low) + " to " + std::to_string(high));
    return value;
}

double number(const Json& request, const char* name, double initial, double low, double high)
{
    if (!request.contains(name)) return initial;
    if (!request[name].is_number()) refuse(name, "a number");
    const auto value = request[name].get<double>();
    if (!(value >= low && value <= high)) refuse(name, Json(low).dump() + " to " + Json(high).dump());
    return value;
}

std::vector<std::int64_t> indicesIn(const Json& request, std::size_t most, std::int64_t size)
{
    const auto given = request.value("indices", Json());
    if (!given.is_array() || given.size() > most) refuse("indices", "a list of up to " + std::to_string(most));
    std::vector<std::int64_t> indices;
    for (const auto& index : given) indices.push_back(whole({{"index", index}}, "index", 0, 0, size - 1));
    return indices;
}

} // namespace revisit
