// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>

namespace revisit {

/// Where a run stands, from its files alone, in the words of protocol.md: new, queued, starting, interrupted,
/// connection lost, a heartbeat's state or an exit.json's reason.
struct RunState {
    std::string word = "new";
    std::string message; ///< exit.json's
    int code = 0;        ///< exit.json's
    /// Whether an engine works on it or will.
    bool active() const;
};
RunState runStateOf(const std::filesystem::path& run);

/// A file's JSON; null when it cannot be read or is none.
Json jsonIn(const std::filesystem::path& file);

} // namespace revisit
