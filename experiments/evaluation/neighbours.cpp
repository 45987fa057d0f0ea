// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/neighbours.h"
#include "experiments/evaluation/rows.h"
#include <ATen/ATen.h>
#include <algorithm>

namespace revisit {
namespace {

at::Tensor normalised(const at::Tensor& x)
{
    const auto y = x.detach().to(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
    return y / y.norm(2, 1, true).clamp_min(1e-12);
}

} // namespace

at::Tensor classify(const at::Tensor& bank, const at::Tensor& labels, const at::Tensor& query, int64_t classes,
                    const NeighbourVote& vote)
{
    const auto keys = normalised(bank).t();      // [D, N]
    const auto queries = normalised(query);      // [Q, D]
    const auto known = labels.to(bank.device()); // [N]
    const int64_t k = std::min(vote.neighbours, bank.size(0));
    return mapRows(queries.size(0), queries.device(), [&](int64_t first, int64_t count) {
        const auto [similarity, index] = at::mm(queries.narrow(0, first, count), keys).topk(k, 1); // [q, k]
        // The most similar one weighs 1: the same vote, and no overflow at low temperatures.
        const auto weight = ((similarity - similarity.select(1, 0).unsqueeze(1)) / vote.temperature).exp();
        const auto ballots = at::one_hot(known.index({index}), classes); // [q, k, classes]
        return (ballots * weight.unsqueeze(2)).sum(1).argmax(1);
    });
}

double accuracy(const at::Tensor& predicted, const at::Tensor& labels)
{
    return predicted.eq(labels.to(predicted.device())).to(at::kDouble).mean().item<double>();
}

double retrieval(const at::Tensor& a, const at::Tensor& b)
{
    const auto queries = normalised(a);
    const auto keys = normalised(b).t();
    const auto nearest = mapRows(queries.size(0), queries.device(), [&](int64_t first, int64_t count) {
        return at::mm(queries.narrow(0, first, count), keys).argmax(1);
    });
    return accuracy(nearest, at::arange(queries.size(0)));
}

double mutualRetrieval(const at::Tensor& a, const at::Tensor& b) { return (retrieval(a, b) + retrieval(b, a)) / 2; }

} // namespace revisit
