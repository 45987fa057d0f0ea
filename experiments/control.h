// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>
#include <vector>

namespace revisit {

/// What people ask of a run: the lines that are added to its control.jsonl from now on.
class Control {
public:
    explicit Control(std::filesystem::path file);
    /// The requests that came since the last call; a line that is no request is returned as {"id": "", "do": "",
    /// "line": n}.
    std::vector<Json> poll();

private:
    std::filesystem::path m_file;
    std::uintmax_t m_offset = 0;
    std::string m_rest;
    int m_line = 0;
};

} // namespace revisit
