// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/crops.h"
#include <algorithm>
#include <torch/torch.h>

namespace revisit {

void Crops::params(Params& p)
{
    p("local_views", local, "Views of small parts of a patch, beside the two that see most of it.").range(0, 16);
    p("local_px", localPx, "Side of those; automatic is half the run's, in whole eights.")
        .range(8, 1024)
        .automatic(0)
        .unit("px")
        .advanced();
    p("local_min_area", localMin, "Least share of the patch that a local view shows.").range(0.01, 1).advanced();
    p("local_max_area", localMax, "Largest share of the patch that a local view shows.").range(0.01, 1).advanced();
}

std::vector<ViewKind> Crops::views(std::int64_t inputPx) const
{
    const auto side = localPx > 0 ? localPx : std::max<std::int64_t>(8, inputPx / 2 / 8 * 8);
    std::vector<ViewKind> kinds(2);
    kinds.insert(kinds.end(), static_cast<std::size_t>(local), {side, localMin, localMax});
    return kinds;
}

void Crops::check() const
{
    if (localMin > localMax)
        throw Error("objective.local_min_area: is above objective.local_max_area; give it less",
                    "objective.local_min_area");
}

std::vector<at::Tensor> perView(const std::vector<at::Tensor>& views,
                                const std::function<at::Tensor(const at::Tensor&)>& net)
{
    std::vector<at::Tensor> all;
    for (auto first = views.begin(); first != views.end();) {
        const auto end =
            std::find_if(first, views.end(), [&](const at::Tensor& view) { return view.sizes() != first->sizes(); });
        const auto outcomes = net(torch::cat({&*first, static_cast<std::size_t>(end - first)})).chunk(end - first);
        all.insert(all.end(), outcomes.begin(), outcomes.end());
        first = end;
    }
    return all;
}

} // namespace revisit
