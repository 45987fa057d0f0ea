// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/contrast.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {

std::vector<std::pair<std::string, at::Tensor>> Pairs::terms() const
{
    const torch::NoGradGuard none;
    const auto others = similarity.detach().scatter(1, self, -INFINITY);
    const auto hardest = others.scatter(1, partner, -INFINITY).amax(1);
    const auto positive = similarity.detach().gather(1, partner).mean();
    const auto pairs = static_cast<double>(others.numel() - others.size(0));
    // |u - v|^2 = 2 - 2 cos
    return {{"positive_similarity", positive},
            {"hardest_negative_similarity", hardest.mean()},
            {"alignment", 2 - 2 * positive},
            {"uniformity", (4 * others - 4).flatten().logsumexp(0) - std::log(pairs)}};
}

Pairs pairsOf(const Embeddings& embeddings, Group& group)
{
    const auto a = torch::nn::functional::normalize(embeddings.z.at(0));
    const auto b = torch::nn::functional::normalize(embeddings.z.at(1)); // [n, D]
    const auto allA = group.gather(a), allB = group.gather(b);           // [N, D]
    const auto n = a.size(0), all = allA.size(0), offset = group.offset(n);
    const auto own = torch::arange(offset, offset + n, a.options().dtype(torch::kLong));
    const auto keys = torch::cat({allA, allB}); // [2N, D]
    return {torch::cat({a, b}).mm(keys.t()), torch::cat({own, own + all}).unsqueeze(1),
            torch::cat({own + all, own}).unsqueeze(1)};
}

} // namespace revisit
