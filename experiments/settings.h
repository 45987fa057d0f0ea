// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "datasets/soundness.h"

namespace revisit {

/// How long, how large and where a run trains.
class Training final : public Configurable {
public:
    void params(Params& p) override;
    std::int64_t steps = 1000, batch = 128, inputPx = 0, threads = 0, checkpointEvery = 0, microBatch = 0, subset = 0;
    double clipNorm = 5;
    bool exact = true, recompute = false;
    Soundness soundness;
    /// The names in `layers`: nothing for the first of the data's layers, "all" for all.
    std::vector<std::string> layerNames(const std::vector<std::string>& there) const;
    std::string layers, device = "auto", precision = "float32", memoryFormat = "automatic";
};

/// What is measured while a run trains.
class Evaluation final : public Configurable {
public:
    void params(Params& p) override;
    /// Steps between probes in a run of `steps`, never 0.
    std::int64_t interval(std::int64_t steps) const;
    std::int64_t every = 0, patches = 1000, bank = 3000, perplexity = 0, headLayers = 0, reconstructions = 8;
    std::string layout = "tsne", bankFrom = "subset";
};

/// What the backbone begins from.
class Weights final : public Configurable {
public:
    void params(Params& p) override;
    /// Error when there is no such file; nothing in it is read.
    void check() const;
    std::string path, bands = "exact", network = "automatic";
};

} // namespace revisit
