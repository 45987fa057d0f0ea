// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/cached.h"
#include "datasets/base/error.h"
#include "datasets/packlayout.h"
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>

namespace revisit {

Fingerprint& Fingerprint::add(const std::string& text)
{
    const auto mix = [&](unsigned char byte) { m_sum = (m_sum ^ byte) * 0x100000001b3ull; };
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0); // "ab" + "c" is not "a" + "bc"
    return *this;
}

Fingerprint& Fingerprint::addFile(const std::filesystem::path& file)
{
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) throw Error(file.string() + ": " + std::strerror(errno));
    return add(std::filesystem::absolute(file).lexically_normal().string())
        .add(info.st_size)
        .add(info.st_mtim.tv_sec)
        .add(info.st_mtim.tv_nsec);
}

std::string Fingerprint::text() const
{
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(m_sum));
    return digits.data();
}

namespace {

// Of packs that nobody went on with: their source has another fingerprint now, or it is no longer wanted.
void removeStaleParts(const std::filesystem::path& folder)
{
    const auto stale = std::filesystem::file_time_type::clock::now() - std::chrono::days(7);
    std::error_code none;
    std::vector<std::filesystem::path> files;
    for (const auto& item : std::filesystem::directory_iterator(folder, none))
        if (item.path().extension() == ".part" && item.last_write_time(none) < stale) files.push_back(item.path());
    for (auto& part : files) abandonPack(part.replace_extension());
}

} // namespace

std::shared_ptr<Pack> cachedPack(const std::filesystem::path& cache, const std::string& name,
                                 const Fingerprint& fingerprint,
                                 const std::function<void(const std::filesystem::path&)>& make)
{
    auto all = fingerprint;
    const auto file = cache / "packs" / (name + "-" + all.add(packlayout::version).text() + ".pack");
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        try {
            return Pack::open(file);
        } catch (const Error&) { // damaged: it can be made again
        }
    }
    removeStaleParts(file.parent_path());
    make(file);
    return Pack::open(file);
}

} // namespace revisit
