// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include <filesystem>
#include <sys/types.h>

namespace revisit {

/// tests/peers/peers.py in a process of its own, which ends with this. One thread.
class Peer {
public:
    /// Error when `python` cannot be run.
    explicit Peer(const std::filesystem::path& python);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    /// Writes a line and waits for the line that answers it; Error when the process ends instead.
    Json ask(const Json& line);

private:
    Descriptor m_to, m_from;
    std::string m_read;
    pid_t m_child = -1;
};

} // namespace revisit
