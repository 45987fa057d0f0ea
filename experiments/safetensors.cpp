// SPDX-License-Identifier: Apache-2.0
#include "experiments/safetensors.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include "experiments/tensorheader.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <torch/torch.h>
#include <unistd.h>

namespace revisit {
namespace {

struct Type {
    const char* name;
    at::ScalarType type;
};
constexpr Type types[] = {
    {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}, {"I64", at::kLong},
    {"I32", at::kInt},    {"I16", at::kShort}, {"I8", at::kChar},  {"U8", at::kByte},       {"BOOL", at::kBool},
};

const Type* typeNamed(const std::string& name)
{
    for (const auto& type : types)
        if (name == type.name) return &type;
    return nullptr;
}

} // namespace

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
    std::vector<std::byte> head(std::min<std::size_t>(size, 8 + std::min<std::uint64_t>(length, longestTensorHeader)));
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
