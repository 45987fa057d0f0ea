// SPDX-License-Identifier: Apache-2.0
#include "experiments/recompute.h"
#include "experiments/autocast.h"
#include <torch/torch.h>

namespace revisit {
namespace {

struct Part final : torch::CustomClassHolder {
    torch::nn::Module* owner = nullptr;
    std::function<torch::Tensor(const torch::Tensor&)> f;
    bool bfloat16 = false;
};

struct Recompute final : torch::autograd::Function<Recompute> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 const c10::intrusive_ptr<Part>& part)
    {
        context->save_for_backward({x});
        context->saved_data["part"] = c10::IValue::make_capsule(part);
        return part->f(x); // autograd is off in here
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto part = c10::static_intrusive_pointer_cast<Part>(context->saved_data["part"].toCapsule());
        const auto x = context->get_saved_variables()[0].detach().requires_grad_();
        std::vector<at::Tensor> kept;
        for (const auto& buffer : part->owner->buffers()) kept.push_back(buffer.clone());
        torch::Tensor y;
        {
            const torch::AutoGradMode on(true);
            const Autocast autocast(part->bfloat16, x.device().type());
            y = part->f(x);
        }
        torch::autograd::backward({y}, {gradients[0]});
        const torch::NoGradGuard none;
        const auto buffers = part->owner->buffers();
        for (std::size_t i = 0; i < kept.size(); ++i) buffers[i].copy_(kept[i]);
        return {x.grad(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor through(torch::nn::Module& owner, const std::function<torch::Tensor(const torch::Tensor&)>& f,
                      const torch::Tensor& x, bool recompute)
{
    if (!recompute || !torch::GradMode::is_enabled() || !x.requires_grad()) return f(x);
    auto part = c10::make_intrusive<Part>();
    part->owner = &owner;
    part->f = f;
    part->bfloat16 = at::autocast::is_autocast_enabled(x.device().type());
    return Recompute::apply(x, part);
}

} // namespace revisit
