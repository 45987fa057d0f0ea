// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include <ATen/core/Tensor.h>

namespace revisit {

/// How much of what is known of a patch its features still hold: a ridge probe for each factor (the invariance meter).
class FactorProbes {
public:
    FactorProbes() = default;
    /// The pack's factors that vary among the bank and the probe set; besides, where it has places or dates and no such
    /// factors, longitude, latitude and day_of_year. `heldOut` [bank] bool: on which penalties are chosen.
    FactorProbes(const Pack& pack, const std::vector<std::int64_t>& bank, const std::vector<std::int64_t>& probe,
                 const at::Tensor& heldOut);
    bool empty() const { return m_columns.empty(); }
    /// Of features [bank, D] and [probe, D], by the factors' names: of a number the share of its variance in the probe
    /// set that is explained (what goes round as a point on a circle), of a category the accuracy. Null where the
    /// features are not finite.
    Json held(const at::Tensor& bank, const at::Tensor& probe) const;

private:
    struct Column {
        std::string name;
        bool isCategory;
        at::Tensor bank, probe;           ///< targets [rows, K]
        at::Tensor bankRows, probeRows;   ///< where the factor is known
        at::Tensor learnRows, chooseRows; ///< of the bank, apart
    };
    void add(const Factor& factor, std::span<const float> values, const std::vector<std::int64_t>& bank,
             const std::vector<std::int64_t>& probe, const at::Tensor& heldOut);
    std::vector<Column> m_columns;
};

} // namespace revisit
