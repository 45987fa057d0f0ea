// SPDX-License-Identifier: Apache-2.0
#include "experiments/tensorheader.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

namespace revisit {
namespace {

constexpr std::size_t mostTensors = 100000, mostDimensions = 16;

const std::map<std::string, std::size_t> sampleBytes = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                                                        {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};

// Refuses what nlohmann would quietly accept: a key twice, and nesting that no header has.
nlohmann::json strictJson(const std::string& text, const std::string& name)
{
    std::vector<std::set<std::string>> keys;
    bool twice = false, deep = false;
    const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
        if (depth > 8) deep = true;
        if (event == nlohmann::json::parse_event_t::object_start) keys.emplace_back();
        if (event == nlohmann::json::parse_event_t::object_end) keys.pop_back();
        if (event == nlohmann::json::parse_event_t::key) twice |= !keys.back().insert(value.get<std::string>()).second;
        return true;
    };
    if (std::count(text.begin(), text.end(), '[') > static_cast<std::ptrdiff_t>(3 * mostTensors))
        throw Error(name + ": its header is no JSON that a safetensors file has");
    auto header = nlohmann::json::parse(text, watch, /*allow_exceptions=*/false);
    if (header.is_discarded() || !header.is_object()) throw Error(name + ": its header is not a JSON object");
    if (deep) throw Error(name + ": its header is nested too deeply");
    if (twice) throw Error(name + ": its header has a key twice");
    return header;
}

TensorEntry entry(const nlohmann::json& value, const std::string& where, std::size_t dataBytes)
{
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
        !value.contains("data_offsets"))
        throw Error(where + " should have dtype, shape and data_offsets");
    const auto &type = value["dtype"], &shape = value["shape"], &offsets = value["data_offsets"];
    TensorEntry found;
    const auto known = type.is_string() ? sampleBytes.find(type.get<std::string>()) : sampleBytes.end();
    if (known == sampleBytes.end())
        throw Error(where + " has the data type " + type.dump() + ", which is not supported");
    found.type = known->first;
    if (!shape.is_array() || shape.size() > mostDimensions)
        throw Error(where + " has a shape of more than 16 dimensions, or none");
    std::size_t bytes = known->second;
    bool empty = false;
    for (const auto& side : shape) {
        if (!side.is_number_unsigned() || side.get<std::uint64_t>() > (1ull << 62))
            throw Error(where + " has a side that is no size: " + side.dump());
        // a side of 0 hides no other: whoever computes strides multiplies them all
        if (__builtin_mul_overflow(bytes, std::max<std::size_t>(1, side.get<std::size_t>()), &bytes) || bytes >> 63)
            throw Error(where + " has a shape whose size overflows");
        empty |= side == 0;
        found.shape.push_back(side.get<std::int64_t>());
    }
    if (empty) bytes = 0;
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
        !offsets[1].is_number_unsigned())
        throw Error(where + " has data_offsets that are not two sizes");
    found.begin = offsets[0].get<std::size_t>(), found.end = offsets[1].get<std::size_t>();
    if (found.end < found.begin || found.end > dataBytes || found.end - found.begin != bytes)
        throw Error(where + " says it has bytes " + std::to_string(found.begin) + " to " + std::to_string(found.end) +
                    " of " + std::to_string(dataBytes) + ", and its shape needs " + std::to_string(bytes));
    return found;
}

} // namespace

std::map<std::string, TensorEntry> readTensorHeader(std::span<const std::byte> head, std::size_t fileBytes,
                                                    const std::string& name)
{
    std::uint64_t length = 0;
    if (head.size() < 8 || fileBytes < 10) throw Error(name + ": is too short for a safetensors file");
    std::memcpy(&length, head.data(), 8);
    if (length > longestTensorHeader || length > fileBytes - 8 || length > head.size() - 8)
        throw Error(name + ": says that its header has " + std::to_string(length) +
                    " bytes; it is damaged or no safetensors file");
    const auto header =
        strictJson({reinterpret_cast<const char*>(head.data()) + 8, static_cast<std::size_t>(length)}, name);
    if (header.size() > mostTensors) throw Error(name + ": has more than " + std::to_string(mostTensors) + " tensors");
    const std::size_t dataBytes = fileBytes - 8 - static_cast<std::size_t>(length);
    std::map<std::string, TensorEntry> entries;
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (const auto& [key, value] : header.items()) {
        if (key == "__metadata__") {
            bool texts = value.is_object();
            for (const auto& item : value) texts = texts && item.is_string();
            if (!texts) throw Error(name + ": its __metadata__ is not an object of texts");
            continue;
        }
        const auto found = entry(value, name + ": tensor " + key.substr(0, 200), dataBytes);
        ranges.emplace_back(found.begin, found.end);
        entries[key] = found;
    }
    std::sort(ranges.begin(), ranges.end());
    std::size_t at = 0;
    for (const auto& [begin, end] : ranges) {
        if (begin != at) throw Error(name + ": its tensors overlap or leave a hole at byte " + std::to_string(at));
        at = end;
    }
    if (at != dataBytes)
        throw Error(name + ": has " + std::to_string(dataBytes - at) + " bytes that belong to no tensor");
    return entries;
}

} // namespace revisit
