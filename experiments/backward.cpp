// SPDX-License-Identifier: Apache-2.0
#include "experiments/backward.h"
#include "datasets/base/random.h"
#include "experiments/autocast.h"
#include <torch/torch.h>

namespace revisit {
namespace {

// f of every tensor, field by field.
template <class F> Embeddings mapped(const Embeddings& from, const F& f)
{
    Embeddings to;
    for (const auto& z : from.z) to.z.push_back(f(z));
    for (const auto& goal : from.goals) to.goals.push_back(f(goal));
    to.reference = from.reference;
    to.mask = f(from.mask);
    to.targets = f(from.targets);
    return to;
}

Embeddings detached(const Embeddings& from)
{
    return mapped(from, [](const at::Tensor& x) { return x.defined() ? x.detach() : x; });
}

Embeddings joined(const std::vector<Embeddings>& parts)
{
    std::size_t i = 0;
    const auto together = [&](const std::function<at::Tensor(const Embeddings&)>& field) {
        std::vector<at::Tensor> rows;
        for (const auto& part : parts)
            if (const auto some = field(part); some.defined()) rows.push_back(some);
        return rows.empty() ? at::Tensor() : torch::cat(rows);
    };
    Embeddings whole;
    const auto& first = parts.front();
    for (i = 0; i < first.z.size(); ++i) whole.z.push_back(together([&](const Embeddings& part) { return part.z[i]; }));
    for (i = 0; i < first.goals.size(); ++i)
        whole.goals.push_back(together([&](const Embeddings& part) { return part.goals[i]; }));
    whole.reference = first.reference;
    whole.mask = together([](const Embeddings& part) { return part.mask; });
    whole.targets = together([](const Embeddings& part) { return part.targets; });
    return whole;
}

// Parts of at most `size`, as equal as can be: no norm is left with a single sample.
std::vector<Batch> cut(const Batch& batch, std::int64_t size)
{
    const auto n = batch.labels.size(0), many = std::max<std::int64_t>(1, std::min((n + size - 1) / size, n / 2));
    std::vector<Batch> parts;
    for (std::int64_t i = 0; i < many; ++i) {
        const auto first = i * n / many, count = (i + 1) * n / many - first;
        Batch part;
        for (const auto& view : batch.views) part.views.push_back(view.narrow(0, first, count));
        part.labels = batch.labels.narrow(0, first, count);
        part.key = Random(batch.key, "part", static_cast<std::uint64_t>(first))();
        part.moment = batch.moment;
        parts.push_back(part);
    }
    return parts;
}

class Pass {
public:
    Pass(Objective& objective, Networks& networks, bool bfloat16, at::DeviceType device)
        : m_objective(objective),
          m_networks(networks),
          m_bfloat16(bfloat16),
          m_device(device)
    {}
    Embeddings encode(const Batch& batch) const
    {
        Embeddings embeddings;
        {
            const Autocast autocast(m_bfloat16, m_device);
            embeddings = m_objective.encode(batch, m_networks);
        }
        if (!m_bfloat16) return embeddings;
        return mapped(embeddings, [](const at::Tensor& x) {
            return x.defined() && x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x;
        });
    }

private:
    Objective& m_objective;
    Networks& m_networks;
    bool m_bfloat16;
    at::DeviceType m_device;
};

// Everything passes once without gradient, the formula tells what it wants of each embedding, and everything passes
// again to be told.
Passed byCachedGradients(Objective& objective, const std::vector<Batch>& parts, Networks& networks, Group& group,
                         const Pass& pass)
{
    std::vector<Embeddings> encoded;
    {
        const torch::NoGradGuard none;
        std::vector<at::Tensor> buffers, kept;
        for (const auto& buffer : networks.buffers()) buffers.push_back(buffer), kept.push_back(buffer.clone());
        for (const auto& part : parts) encoded.push_back(pass.encode(part));
        for (std::size_t i = 0; i < buffers.size(); ++i) buffers[i].copy_(kept[i]); // norms count a batch once
    }
    auto whole = detached(joined(encoded));
    for (auto* list : {&whole.z, &whole.goals})
        for (auto& rows : *list) rows.requires_grad_();
    auto loss = objective.formula(whole, group);
    loss.total.backward();

    std::vector<std::int64_t> zFrom(whole.z.size()), goalsFrom(whole.goals.size());
    for (const auto& part : parts) {
        const auto again = pass.encode(part);
        std::vector<at::Tensor> outputs, gradients;
        const auto add = [&](const std::vector<at::Tensor>& rows, const std::vector<at::Tensor>& all,
                             std::vector<std::int64_t>& from) {
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const auto first = from[i];
                from[i] += rows[i].size(0);
                if (!rows[i].requires_grad() || !all[i].grad().defined()) continue;
                outputs.push_back(rows[i]);
                gradients.push_back(all[i].grad().narrow(0, first, rows[i].size(0)));
            }
        };
        add(again.z, whole.z, zFrom);
        add(again.goals, whole.goals, goalsFrom);
        if (!outputs.empty()) torch::autograd::backward(outputs, gradients);
    }
    loss.total = loss.total.detach();
    return {loss, detached(whole)};
}

// The mean of the parts' losses, each by itself.
Passed byAccumulation(Objective& objective, const std::vector<Batch>& parts, Group& group, const Pass& pass,
                      std::int64_t n)
{
    Loss mean;
    std::vector<Embeddings> encoded;
    for (const auto& part : parts) {
        const double share = static_cast<double>(part.labels.size(0)) / static_cast<double>(n);
        const auto embeddings = pass.encode(part);
        const auto loss = objective.formula(embeddings, group);
        (loss.total * share).backward();
        const auto total = loss.total.detach() * share;
        mean.total = mean.total.defined() ? mean.total + total : total;
        for (std::size_t i = 0; i < loss.terms.size(); ++i) {
            const auto& [name, term] = loss.terms[i];
            if (i == mean.terms.size())
                mean.terms.emplace_back(name, term * share);
            else
                mean.terms[i].second = mean.terms[i].second + term * share;
        }
        encoded.push_back(detached(embeddings));
    }
    return {mean, joined(encoded)};
}

} // namespace

Passed backward(Objective& objective, const Batch& batch, Networks& networks, Group& group, const Passing& passing)
{
    const auto n = batch.labels.size(0);
    const Pass pass(objective, networks, passing.bfloat16, batch.views.at(0).device().type());
    if (passing.part > 0 && passing.part < n) {
        const auto parts = cut(batch, passing.part);
        return passing.exact ? byCachedGradients(objective, parts, networks, group, pass)
                             : byAccumulation(objective, parts, group, pass, n);
    }
    const auto embeddings = pass.encode(batch);
    const auto loss = objective.formula(embeddings, group);
    loss.total.backward();
    return {loss, detached(embeddings)};
}

} // namespace revisit
