// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "experiments/batch.h"
#include "experiments/group.h"
#include "experiments/network.h"
#include <optional>

namespace revisit {

/// What a formula compares: one [N, D] tensor per view, and targets [N] where the objective needs labels.
struct Embeddings {
    std::vector<at::Tensor> z;
    at::Tensor targets;
};

/// A scalar with gradient, and named scalars that explain it.
struct Loss {
    at::Tensor total;
    std::vector<std::pair<std::string, at::Tensor>> terms;
};

/// What the networks are told to learn. encode and formula are apart, so that a formula can be checked on given
/// embeddings.
class Objective : public Component {
public:
    /// How many views of each patch a batch holds.
    virtual int views() const { return 2; }
    virtual bool needsLabels() const { return false; }
    /// Adds to `nets` what stands on the backbone. `classes` is 0 without labels.
    virtual void build(Networks& nets, std::int64_t classes) = 0;
    virtual Embeddings encode(const Batch& batch, Networks& nets);
    virtual Loss formula(const Embeddings& embeddings, Group& group) = 0;
    /// After the optimiser's step (teachers, queues).
    virtual void stepped() {}
    /// What this objective trains well with, by optimizer's name, at a batch of 128.
    virtual double learningRate(const std::string& optimizer) const = 0;
    /// The smallest batch that is usual for it.
    virtual std::int64_t usualBatch() const { return 2; }
    /// The loss of embeddings that know nothing, for a batch of n, where it has such a value.
    virtual std::optional<double> chance(std::int64_t n, std::int64_t classes) const = 0;
    /// The least value the loss can have, where it has one.
    virtual std::optional<double> minimum() const { return {}; }
};

const std::vector<Entry<Objective>>& objectives();

} // namespace revisit
