// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "experiments/batch.h"
#include "experiments/group.h"
#include "experiments/network.h"
#include "experiments/viewplan.h"
#include <functional>
#include <optional>

namespace revisit {

class Chain;

/// What a formula compares. Rows of z and goals are this process's own.
struct Embeddings {
    std::vector<at::Tensor> z;     ///< what learns, per view: embeddings, predictions or scores [N, D]
    std::vector<at::Tensor> goals; ///< what they are held against, per view: a teacher's or another view's [N, D]
    at::Tensor reference;          ///< what else: a queue [K, D], a centre [1, K], directions [D, M]
    at::Tensor mask;               ///< [N, L], 1 where a cell was hidden
    at::Tensor targets;            ///< [N] int64, where there are right answers
};

/// A scalar with gradient, and named scalars that explain it. In a group the mean of everyone's total is the loss of
/// the whole batch.
struct Loss {
    at::Tensor total;
    std::vector<std::pair<std::string, at::Tensor>> terms;
};

/// What a masked objective saw of normalised images [N, C, S, S], and what it made of the rest.
struct Seen {
    at::Tensor input, masked, reconstruction;
    at::Tensor leaking; ///< the reconstruction with the true mean and contrast of each hidden cell; or undefined
};

/// What an objective may know of the run that its networks are built for.
struct Task {
    std::function<std::shared_ptr<Net>()> backbone; ///< another network like the one that is there
    std::int64_t bands, inputPx, classes;           ///< classes: 0 without labels
    /// Error unless the architecture takes images of that side too.
    std::function<void(std::int64_t px)> takes = [](std::int64_t) {};
};

/// Learning rates that an objective trains well with, at a batch of 128.
struct Rates {
    double sgd = 0.06, adamw = 1e-3, lars = 0.8;
    double of(const std::string& optimizer) const
    {
        return optimizer == "adamw" ? adamw : optimizer == "lars" ? lars : sgd;
    }
};

/// A setting, as it stands, that lets the embeddings collapse; and what it should be.
struct Culprit {
    std::string key;
    Json cure;
    std::string why; ///< a sentence
};

/// What the networks are told to learn. encode and formula are apart, so that a formula can be checked on given
/// embeddings.
class Objective : public Component {
public:
    /// The views of each patch that a batch holds, for images of `inputPx`.
    virtual std::vector<ViewKind> views(std::int64_t /*inputPx*/) const { return {{}, {}}; }
    virtual bool needsLabels() const { return false; }
    /// Adds to `nets` what stands on the backbone.
    virtual void build(Networks& nets, const Task& task) = 0;
    virtual Embeddings encode(const Batch& batch, Networks& nets);
    virtual Loss formula(const Embeddings& embeddings, Group& group) = 0;
    /// What formula needs, by the names of Embeddings' fields: z0, z1, goal0, reference, mask, targets.
    virtual std::vector<std::string> inputs() const { return {"z0", "z1"}; }
    /// What `embeddings`, as encode() made them of images, show, where there is something to see.
    virtual std::optional<Seen> see(const at::Tensor& /*images*/, const Embeddings& /*embeddings*/,
                                    Networks& /*nets*/) const
    {
        return {};
    }
    /// After the optimiser's step (teachers, queues, centres), with the embeddings that it was taken on.
    virtual void stepped(Networks& /*nets*/, const Embeddings& /*embeddings*/, Group& /*group*/, Moment) {}
    /// Whether it is the teacher whose features are evaluated.
    virtual bool evaluatesTeacher() const { return false; }
    virtual Rates rates() const { return {}; }
    /// The factor on the learning rate of one of its networks' weights.
    virtual double rateOf(const std::string& /*name*/) const { return 1; }
    /// The smallest batch that it can learn from.
    virtual std::int64_t leastBatch() const { return 2; }
    /// The smallest batch that is usual for it.
    virtual std::int64_t usualBatch() const { return 2; }
    /// The loss of embeddings that know nothing, for a batch of n, where it has such a value.
    virtual std::optional<double> chance(std::int64_t n, std::int64_t classes) const = 0;
    /// The least value the loss can have for a batch of n, where it has one.
    virtual std::optional<double> minimum(std::int64_t /*n*/, std::int64_t /*classes*/) const { return {}; }
    /// The loss when all embeddings have become the same, where it can come to that and has a value.
    virtual std::optional<double> collapsed(std::int64_t /*n*/) const { return {}; }
    /// The deviation that it wants each dimension of the projections to have; 0 where their length does not matter.
    virtual double wantedDeviation() const { return 0; }
    /// Which of its settings lets the embeddings collapse, if one does.
    virtual std::optional<Culprit> culprit() const { return {}; }
    /// A sentence on augmentations that spoil it, or empty.
    virtual std::string trouble(const Chain& /*augmentations*/) const { return {}; }
};

const std::vector<Entry<Objective>>& objectives();

} // namespace revisit
