// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"

namespace revisit {

/// Shows a run in a terminal: a progress bar where there is one, a line per probe, and in the end a table of probes
/// against baselines.
class Terminal {
public:
    void operator()(const std::string& event, const Json& fields);
    /// The table, if there was a probe.
    void table() const;

private:
    Json m_started, m_baselines, m_last;
    std::int64_t m_steps = 0;
    double m_rate = 0;
    void bar(std::int64_t step, double loss) const;
};

} // namespace revisit
