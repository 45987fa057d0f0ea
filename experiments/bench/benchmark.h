// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace revisit {

/// A piece of work that is timed, beside the same work by a Python peer (tests/peers/peers.py).
class Benchmark {
public:
    virtual ~Benchmark() = default;
    /// The work, as the peer is told it; "threads" is for both sides.
    virtual Json task() const = 0;
    /// Does it once, on as many threads as LibTorch is set to: {"value": the figure, ...: others that are shown beside
    /// it}.
    virtual Json round() = 0;
    /// Error when the peer, by what it says of itself once it has read the task, would do other work.
    virtual void check(const Json& /*peer*/) const {}
    /// Puts what a round's outcome is worth in its place, by the same measure for both sides.
    virtual void judge(Json& /*outcome*/) const {}
};

struct BenchmarkEntry {
    std::string name, what;
    std::string unit; ///< of the figure: "s" and "s/..." are better the lower, others the higher
    bool lowerIsBetter() const { return unit == "s" || unit.starts_with("s/"); }
    /// `quick`: so small that it shows nothing but that it works. `folder`: exists, for files, outlives the benchmark.
    std::function<std::unique_ptr<Benchmark>(bool quick, const std::filesystem::path& folder)> make;
    std::string group = {}; ///< what it is one of, or empty
    bool alone = false;     ///< no peer does it
};
const std::vector<BenchmarkEntry>& benchmarks();

/// SimCLR's views as `augmentations` of run.json, at half the strength of ImageNet's jitter; all else is off.
Json simclrViews();
/// Writes a pack of `count` training patches of noise: 8-bit RGB, 64 px. Its path.
std::filesystem::path writeNoise(const std::filesystem::path& folder, std::int64_t count);

} // namespace revisit
