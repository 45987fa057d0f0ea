// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/chain.h"
#include "experiments/evaluation/factors.h"
#include "experiments/network.h"
#include "experiments/settings.h"
#include "experiments/views.h"
#include <functional>

namespace revisit {

/// Probes networks on a fixed set of plain patches: what protocol.md's `patches`, `probe` and `embedding` tell.
/// Features of the networks are read in evaluation mode; the mode they were in comes back.
class Evaluator {
public:
    /// Draws the probe set from the test split (or from the training split, apart from the bank, where there is no
    /// other) and the bank from `known`, ascending indices of training patches, by `seed`. `chain` makes the views of
    /// `retrieval` where there are no labels.
    Evaluator(const Evaluation& settings, std::shared_ptr<const Pack> pack, const std::vector<std::int64_t>& known,
              const Views& views, const Chain& chain, std::uint64_t seed);

    /// The `patches` event; writes thumbnails.bin into the folder.
    Json patches(const std::filesystem::path& run) const;
    /// The first `count` patches of the probe set.
    std::span<const std::int64_t> first(std::int64_t count) const
    {
        return std::span(m_probe).first(std::min(m_probe.size(), static_cast<std::size_t>(count)));
    }
    /// Metrics that need no network: `chance` and `statistics`.
    Json chance() const;
    Json statistics() const;

    /// What one look at the networks gave.
    struct Look {
        Json metrics;
        Json factors;   ///< how much of each factor the features hold, by name; empty where none is known
        Json embedding; ///< the `embedding` event but for its step
    };
    /// Metrics and layout. The first look is that of the untrained network: later ones are told relative to it, and
    /// each layout starts from the one before. `cancelled` cuts a layout short.
    Look look(
        Networks& networks, const std::function<bool()>& cancelled = [] { return false; });

    /// What later looks are relative to, to be kept in a checkpoint and put back.
    Json memory() const;
    void remember(const Json& memory);

private:
    Json metrics(const at::Tensor& probe, const at::Tensor& bank, const at::Tensor& viewA,
                 const at::Tensor& viewB) const;
    double linear(const at::Tensor& bank, const at::Tensor& known, const at::Tensor& query,
                  const at::Tensor& truth) const;
    at::Tensor labelsOf(const std::vector<std::int64_t>& indices) const;
    Json layout(const at::Tensor& features, const std::function<bool()>& cancelled);

    Evaluation m_settings;
    std::shared_ptr<const Pack> m_pack;
    const Views& m_views;
    const Chain& m_chain;
    std::uint64_t m_seed;
    std::size_t m_candidates = 0; // patches that the probe set was drawn from
    std::vector<std::int64_t> m_probe, m_bank;
    at::Tensor m_heldOut; // [bank], bool: the fifth on which the linear probe's penalty is chosen
    bool m_labelled = false;
    FactorProbes m_factors;
    Json m_first = Json::object(); // the untrained network's metrics, empty while unknown
    at::Tensor m_layout;           // the last, [P, 2]
};

} // namespace revisit
