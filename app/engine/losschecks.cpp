// SPDX-License-Identifier: Apache-2.0
#include "app/engine/losschecks.h"
#include "datasets/base/error.h"
#include "experiments/safetensors.h"
#include <algorithm>
#include <c10/core/ScalarType.h>
#include <cmath>
#include <torch/torch.h>

namespace revisit {

namespace {

// Sizes; minus a letter stands for any size that is not 0.
using Shape = std::vector<std::int64_t>;

std::string text(at::IntArrayRef shape)
{
    std::string list;
    for (const auto side : shape)
        list +=
            (list.empty() ? "" : ", ") + (side < 0 ? std::string(1, static_cast<char>(-side)) : std::to_string(side));
    return "[" + list + "]";
}

std::string text(at::ScalarType type) { return c10::getDtypeNames(type).first; }

// One file's tensors, held against what one objective wants of them.
class Checks {
public:
    Checks(const std::filesystem::path& file, Objective& objective, const std::string& name)
        : m_file(file.string()),
          m_name(name),
          m_objective(objective),
          m_needed(objective.inputs()),
          m_moreViews(objective.values().contains("local_views")),
          m_tensors(readTensors(file))
    {}
    Embeddings take()
    {
        for (const auto& tensor : m_needed)
            if (!m_tensors.contains(tensor))
                throw Error(m_file + ": has no tensor " + tensor + ", which " + m_name + " needs");
        Embeddings all;
        all.z = numbered("z", m_moreViews);
        all.goals = numbered("goal", false);
        if (needs("reference") || m_name == "dino") all.reference = taken("reference");
        if (needs("mask")) all.mask = taken("mask");
        if (needs("targets")) all.targets = taken("targets");
        refuseWhatIsLeft();
        checkViews(all);
        if (all.reference.defined()) checkReference(all);
        if (all.mask.defined()) checkMask(all);
        if (all.targets.defined()) all.targets = checkedTargets(all);
        return all;
    }

private:
    bool needs(const std::string& tensor) const
    {
        return std::find(m_needed.begin(), m_needed.end(), tensor) != m_needed.end();
    }
    at::Tensor taken(const std::string& tensor)
    {
        auto node = m_tensors.extract(tensor);
        return node ? node.mapped() : at::Tensor();
    }
    // z0, z1, ...: those that are needed; where there may be `more`, as many as there are without a gap.
    std::vector<at::Tensor> numbered(const std::string& stem, bool more)
    {
        std::vector<at::Tensor> all;
        for (auto tensor = stem + "0"; needs(tensor) || (more && m_tensors.contains(tensor));
             tensor = stem + std::to_string(all.size()))
            all.push_back(taken(tensor));
        return all;
    }
    void refuseWhatIsLeft() const
    {
        if (m_tensors.empty()) return;
        std::string list;
        for (const auto& one : m_needed) list += (list.empty() ? "" : ", ") + one;
        if (m_moreViews) list += ", and further views z2, z3, ... without a gap";
        throw Error(m_file + ": " + m_name + " has no use for the tensor " + m_tensors.begin()->first + "; it takes " +
                    list);
    }
    [[noreturn]] void refuse(const std::string& tensor, const std::string& why) const
    {
        throw Error(m_file + ": the tensor " + tensor + " " + why);
    }
    void checkShape(const std::string& tensor, const at::Tensor& value, const Shape& wanted,
                    const std::string& meaning) const
    {
        const auto sizes = value.sizes();
        const auto fits = [](std::int64_t side, std::int64_t want) { return want < 0 ? side > 0 : side == want; };
        if (std::equal(sizes.begin(), sizes.end(), wanted.begin(), wanted.end(), fits)) return;
        refuse(tensor, "is " + text(sizes) + " and should be " + text(wanted) +
                           (value.numel() == 0 ? " without a 0" : "") + ", " + meaning + ", for " + m_name);
    }
    void checkType(const std::string& tensor, const at::Tensor& value, const at::Tensor& z0) const
    {
        if (value.scalar_type() != z0.scalar_type())
            refuse(tensor, "is " + text(value.sizes()) + " of " + text(value.scalar_type()) + " and should be of " +
                               text(z0.scalar_type()) + " as z0 is");
        if (!value.isfinite().all().item<bool>())
            refuse(tensor, "has numbers that are infinite or NaN; all should be finite");
    }
    void checkViews(Embeddings& all) const
    {
        const auto& z0 = all.z.at(0);
        if (!z0.is_floating_point())
            refuse("z0", "is " + text(z0.sizes()) + " of " + text(z0.scalar_type()) +
                             " and should be of a floating-point type, float64 for comparisons");
        if (all.mask.defined())
            checkShape("z0", z0, {-'N', -'L', -'P'}, "the P numbers of each of an image's L squares");
        else if (all.targets.defined() && !m_objective.needsLabels())
            checkShape("z0", z0, {-'N', answers()},
                       "a score for each of its " + std::to_string(answers()) + " answers");
        else
            checkShape("z0", z0, {-'N', -'D'}, "a row for each patch");
        if (const auto least = m_objective.leastBatch(); z0.size(0) < least)
            refuse("z0", "is " + text(z0.sizes()) + " and should have at least " + std::to_string(least) +
                             " rows, the smallest batch for " + m_name);
        const auto each = [&](const std::string& stem, std::vector<at::Tensor>& tensors) {
            for (std::size_t i = 0; i < tensors.size(); ++i) {
                const auto tensor = stem + std::to_string(i);
                checkShape(tensor, tensors[i], z0.sizes().vec(), "the shape of z0");
                checkType(tensor, tensors[i], z0);
                tensors[i].requires_grad_();
            }
        };
        each("z", all.z);
        each("goal", all.goals);
        if (all.mask.defined() && z0.size(2) == 1 && m_objective.values().value("normalise_target", false))
            refuse("goal0", "is " + text(z0.sizes()) + " and should have at least 2 columns: a square of one number " +
                                "has no contrast to normalise, unless normalise_target is false");
    }
    // The loss at chance of n equally likely answers is ln n.
    std::int64_t answers() const
    {
        return std::llround(std::exp(m_objective.chance(m_objective.leastBatch(), 0).value()));
    }
    void checkReference(const Embeddings& all) const
    {
        const auto width = all.z[0].size(1);
        if (m_name == "moco")
            checkShape("reference", all.reference, {-'K', width}, "the queue with a key in each row");
        else if (m_name == "lejepa")
            checkShape("reference", all.reference, {width, -'M'}, "a direction in each column");
        else
            checkShape("reference", all.reference, {1, width}, "the centre");
        checkType("reference", all.reference, all.z[0]);
    }
    void checkMask(const Embeddings& all) const
    {
        checkShape("mask", all.mask, {all.z[0].size(0), all.z[0].size(1)}, "a number for each square of z0");
        if (!all.mask.eq(0).logical_or(all.mask.eq(1)).all().item<bool>())
            refuse("mask", "has other numbers than 1, where a square was hidden, and 0");
        if (!all.mask.any().item<bool>())
            refuse("mask", "hides nothing; a square at least should be 1, which is hidden");
    }
    // As int64.
    at::Tensor checkedTargets(const Embeddings& all) const
    {
        const auto& given = all.targets;
        checkShape("targets", given, {all.z[0].size(0)}, "the column of z0 that is right for each row");
        if (!at::isIntegralType(given.scalar_type(), /*includeBool=*/false))
            refuse("targets",
                   "is " + text(given.sizes()) + " of " + text(given.scalar_type()) + " and should be of int64");
        const auto targets = given.to(torch::kLong);
        const auto least = targets.min().item<std::int64_t>(), most = targets.max().item<std::int64_t>(),
                   last = all.z[0].size(1) - 1;
        const bool labels = m_objective.needsLabels();
        if (most > last || least < (labels ? -1 : 0))
            refuse("targets", "has numbers from " + std::to_string(least) + " to " + std::to_string(most) +
                                  " and should have columns of z0, 0 to " + std::to_string(last) +
                                  (labels ? ", or -1 for unlabelled" : ""));
        if (most < 0) refuse("targets", "has only -1, which is unlabelled; a row at least should have a label");
        return targets;
    }

    std::string m_file, m_name;
    Objective& m_objective;
    std::vector<std::string> m_needed;
    bool m_moreViews; // multi-crop
    State m_tensors;
};

} // namespace

Embeddings embeddingsOf(const std::filesystem::path& file, Objective& objective, const std::string& name)
{
    return Checks(file, objective, name).take();
}

} // namespace revisit
