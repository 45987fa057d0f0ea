// SPDX-License-Identifier: Apache-2.0
#include "experiments/safetensors.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <torch/torch.h>
#include <unistd.h>

namespace revisit {
namespace {

constexpr std::size_t longestHeader = 16 << 20, mostTensors = 100000, mostDimensions = 16;

struct Type {
    const char* name;
    at::ScalarType type;
    std::size_t bytes;
};
constexpr Type types[] = {
    {"F64", at::kDouble, 8}, {"F32", at::kFloat, 4}, {"F16", at::kHalf, 2},  {"BF16", at::kBFloat16, 2},
    {"I64", at::kLong, 8},   {"I32", at::kInt, 4},   {"I16", at::kShort, 2}, {"I8", at::kChar, 1},
    {"U8", at::kByte, 1},    {"BOOL", at::kBool, 1},
};

const Type* typeNamed(const std::string& name)
{
    for (const auto& type : types)
        if (name == type.name) return &type;
    return nullptr;
}

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
    const Type* known = type.is_string() ? typeNamed(type.get<std::string>()) : nullptr;
    if (!known) throw Error(where + " has the data type " + type.dump() + ", which is not supported");
    found.type = known->name;
    if (!shape.is_array() || shape.size() > mostDimensions)
        throw Error(where + " has a shape of more than 16 dimensions, or none");
    std::size_t bytes = known->bytes;
    for (const auto& side : shape) {
        if (!side.is_number_unsigned() || side.get<std::uint64_t>() > (1ull << 62))
            throw Error(where + " has a side that is no size: " + side.dump());
        if (__builtin_mul_overflow(bytes, side.get<std::size_t>(), &bytes))
            throw Error(where + " has a shape whose size overflows");
        found.shape.push_back(side.get<std::int64_t>());
    }
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
    if (length > longestHeader || length > fileBytes - 8 || length > head.size() - 8)
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

void writeTensors(const std::filesystem::path& file, const State& tensors)
{
    Json header = Json::object();
    std::vector<at::Tensor> parts;
    std::size_t at = 0;
    for (const auto& [name, tensor] : tensors) {
        const auto plain = tensor.detach().to(at::kCPU).contiguous();
        const auto* type = std::find_if(std::begin(types), std::end(types),
                                        [&](const Type& t) { return t.type == plain.scalar_type(); });
        if (type == std::end(types)) throw std::logic_error("a tensor type without a safetensors name: " + name);
        const auto bytes = static_cast<std::size_t>(plain.nbytes());
        header[name] = {{"dtype", type->name}, {"shape", plain.sizes().vec()}, {"data_offsets", {at, at + bytes}}};
        at += bytes;
        parts.push_back(plain);
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' '); // the format aligns the data
    const std::uint64_t length = text.size();
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!out) failWriting(file, errno);
    writeAll(out.get(), std::as_bytes(std::span(&length, 1)), file);
    writeAll(out.get(), std::as_bytes(std::span(text)), file);
    for (const auto& part : parts)
        writeAll(out.get(),
                 {static_cast<const std::byte*>(part.const_data_ptr()), static_cast<std::size_t>(part.nbytes())}, file);
    if (::fsync(out.get()) != 0) failWriting(file, errno);
}

State readTensors(const std::filesystem::path& file)
{
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info;
    if (!in) throw Error(file.string() + ": cannot be read: " + std::strerror(errno));
    if (::fstat(in.get(), &info) != 0 || !S_ISREG(info.st_mode)) throw Error(file.string() + ": is not a regular file");
    const auto size = static_cast<std::size_t>(info.st_size);
    const auto fetch = [&](void* to, std::size_t bytes, std::size_t from) {
        for (std::size_t done = 0; done < bytes;) {
            const auto n =
                ::pread(in.get(), static_cast<char*>(to) + done, bytes - done, static_cast<off_t>(from + done));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) throw Error(file.string() + ": ended while it was read");
            done += static_cast<std::size_t>(n);
        }
    };
    std::uint64_t length = 0;
    if (size >= 8) fetch(&length, 8, 0);
    std::vector<std::byte> head(std::min<std::size_t>(size, 8 + std::min<std::uint64_t>(length, longestHeader)));
    fetch(head.data(), head.size(), 0);
    State tensors;
    for (const auto& [name, entry] : readTensorHeader(head, size, file.string())) {
        auto tensor = torch::empty(entry.shape, torch::dtype(typeNamed(entry.type)->type));
        fetch(tensor.mutable_data_ptr(), entry.end - entry.begin, head.size() + entry.begin);
        tensors[name] = tensor;
    }
    return tensors;
}

} // namespace revisit
