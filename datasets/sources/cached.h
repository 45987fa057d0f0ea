// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// A name for what a pack was made from: everything that could change it goes in, and packs of different sources have
/// different names (64 bits of FNV-1a).
class Fingerprint {
public:
    Fingerprint& add(const std::string& text);
    Fingerprint& add(std::int64_t number) { return add(std::to_string(number)); }
    /// The file's path, size and time of its last change. Error when it is not there.
    Fingerprint& addFile(const std::filesystem::path& file);
    /// 16 hexadecimal digits.
    std::string text() const;

private:
    std::uint64_t m_sum = 0xcbf29ce484222325ull;
};

/// The pack of this fingerprint in the cache, written by `make` first if it is not there or not whole. `name` is the
/// beginning of its name, for people. What other writers left unfinished there goes when it is older than a week.
std::shared_ptr<Pack> cachedPack(const std::filesystem::path& cache, const std::string& name,
                                 const Fingerprint& fingerprint,
                                 const std::function<void(const std::filesystem::path&)>& make);

} // namespace revisit
