// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/epochs.h"

namespace revisit {
namespace {

class Uniform final : public Sampler {
public:
    About about() const override
    {
        return {"Uniform",
                "Every training patch once per epoch, in a new order each time; all views show the same patch.",
                "The usual choice, as in Chen et al. 2020 (SimCLR)."};
    }
    void params(Params& p) override { m_epochs.params(p); }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        m_epochs.prepare(pack, patches, seed);
    }
    std::string warning(std::int64_t batch) override { return m_epochs.warning(batch); }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        return std::vector(static_cast<std::size_t>(views), m_epochs.batch(step, batch));
    }

private:
    Epochs m_epochs;
};

} // namespace

std::unique_ptr<Sampler> makeUniform();
std::unique_ptr<Sampler> makeUniform() { return std::make_unique<Uniform>(); }

} // namespace revisit
