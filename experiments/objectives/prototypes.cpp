// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/prototypes.h"
#include "experiments/autocast.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Prototypes final : public Net, public Initialised {
public:
    Prototypes(std::int64_t width, std::int64_t count)
        : Net(count),
          m_weight(register_parameter("weight", torch::empty({count, width})))
    {}
    void begin(at::Generator& generator) override
    {
        m_weight.normal_(0, 1 / std::sqrt(static_cast<double>(m_weight.size(1))), generator);
    }
    at::Tensor forward(at::Tensor z) override { return scores(z, m_weight); }
    at::Tensor frozen(const at::Tensor& z) const { return scores(z, m_weight.detach()); }

private:
    static at::Tensor scores(const at::Tensor& z, const at::Tensor& weight)
    {
        using torch::nn::functional::normalize;
        const Autocast off(false, z.device().type()); // a temperature divides these
        return normalize(z.to(weight.dtype())).mm(normalize(weight).t());
    }
    at::Tensor m_weight; // its rows' lengths have no effect: the weight norm of DINO's and SwAV's last layers. Long
                         // ones would hardly turn: they begin with a length of about 1.
};

} // namespace

std::shared_ptr<Net> prototypes(std::int64_t width, std::int64_t count)
{
    return std::make_shared<Prototypes>(width, count);
}

at::Tensor scoresOfFrozen(Net& prototypes, const at::Tensor& z)
{
    return dynamic_cast<Prototypes&>(prototypes).frozen(z);
}

bool isWithin(Moment moment, double share)
{
    return static_cast<double>(moment.step) <= share * static_cast<double>(moment.steps);
}

} // namespace revisit
