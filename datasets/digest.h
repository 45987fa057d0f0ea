// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/download.h"
#include <memory>
#include <span>

namespace revisit {

/// SHA-256, and MD5 where asked, of bytes as they come.
class Digest {
public:
    explicit Digest(bool md5);
    ~Digest();
    void add(std::span<const std::byte> bytes);
    /// Of all that was added; it begins anew.
    FileHashes take();
    std::int64_t bytes() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace revisit
