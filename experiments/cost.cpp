// SPDX-License-Identifier: Apache-2.0
#include "experiments/cost.h"
#include <ATen/record_function.h>
#include <torch/torch.h>

namespace revisit {
namespace {

// Where this thread's observer counts: LibTorch takes a plain function, which can hold nothing.
struct Count {
    std::int64_t multiplyAdds = 0;
    int depth = 0; ///< a linear layer is made of matrix products, which must not count again
};
thread_local Count count;

struct Counted : at::ObserverContext {
    std::int64_t perElement = 0; ///< multiply-adds for each element of the result
};

std::unique_ptr<at::ObserverContext> entered(const at::RecordFunction& function)
{
    const std::string_view name = function.name();
    const auto size = [&](std::size_t input, std::int64_t dim) {
        return function.inputs()[input].toTensor().size(dim);
    };
    auto counted = std::make_unique<Counted>();
    if (name == "aten::convolution") {
        const auto weight = function.inputs()[1].toTensor();
        counted->perElement = weight.numel() / weight.size(0);
    } else if (name == "aten::linear" || name == "aten::addmm" || name == "aten::bmm")
        counted->perElement = size(1, 1);
    else if (name == "aten::mm")
        counted->perElement = size(1, 0);
    else if (name == "aten::baddbmm")
        counted->perElement = size(1, 2);
    else if (name == "aten::scaled_dot_product_attention")
        counted->perElement = 2 * size(1, -2); // a score per key, and a sum over the keys
    else
        return nullptr;
    ++count.depth;
    return counted;
}

void left(const at::RecordFunction& function, at::ObserverContext* context)
{
    if (!context) return;
    if (--count.depth == 0)
        count.multiplyAdds += static_cast<Counted*>(context)->perElement * function.outputs()[0].toTensor().numel();
}

class Observed {
public:
    Observed()
        : m_handle(at::addThreadLocalCallback(at::RecordFunctionCallback(entered, left)
                                                  .needsInputs(true)
                                                  .needsOutputs(true)
                                                  .scopes({at::RecordScope::FUNCTION})))
    {
        count = {};
    }
    ~Observed() { at::removeCallback(m_handle); }
    Observed(const Observed&) = delete;

private:
    at::CallbackHandle m_handle;
};

} // namespace

Cost cost(const Backbone& backbone, std::int64_t bands, std::int64_t sizePx)
{
    torch::NoGradGuard none;
    const auto net = backbone.build(bands, sizePx);
    net->eval();
    Cost cost{};
    for (const auto& weight : net->parameters()) cost.parameters += weight.numel();

    const Observed observed;
    net->forward(torch::zeros({1, bands, sizePx, sizePx}));
    cost.multiplyAdds = count.multiplyAdds;
    return cost;
}

} // namespace revisit
