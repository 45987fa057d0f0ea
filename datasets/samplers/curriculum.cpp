// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/parallel.h"
#include "datasets/samplers/draws.h"
#include "datasets/samplers/epochs.h"
#include "datasets/samplers/groups.h"
#include <algorithm>
#include <numeric>

namespace revisit {
namespace {

// Local contrast: the mean difference of neighbouring pixels of the picture, of 255.
float contrastOf(const Pack& pack, std::int64_t i)
{
    const auto picture = pack.rgb(i);
    const auto side = static_cast<std::size_t>(pack.format().sizePx), row = side * 3;
    std::int64_t sum = 0;
    for (std::size_t y = 0; y + 1 < side; ++y)
        for (std::size_t k = y * row; k < y * row + row - 3; ++k)
            sum += std::abs(picture[k] - picture[k + 3]) + std::abs(picture[k] - picture[k + row]);
    return static_cast<float>(sum) / static_cast<float>(std::max<std::size_t>(1, 6 * (side - 1) * (side - 1)));
}

class Curriculum final : public Sampler {
public:
    About about() const override
    {
        return {"Curriculum",
                "Easy patches first: the share of the training patches that batches are drawn from grows step by step "
                "to all of them, and then each comes once per epoch; all views show the same patch.",
                "Bengio et al. 2009 (Curriculum learning); linear pacing as in Hacohen and Weinshall 2019."};
    }
    void params(Params& p) override
    {
        p("by", m_by,
          "What makes a patch difficult: the local contrast of its picture, or a factor; patches of which a factor is "
          "not known come last.")
            .choices({"contrast", "factor"});
        p("factor", m_factor, "With factor: which of those that the data set knows of its patches.");
        p("easy", m_easy, "Whether low or high values are easy.").choices({"low", "high"});
        p("start", m_start, "Share of the training patches that the first batch is drawn from.").range(0.001, 1);
        p("full_step", m_fullStep, "The step from which on all training patches are drawn.")
            .range(1, 1e8)
            .unit("steps");
        m_epochs.params(p);
    }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        m_seed = seed;
        m_epochs.prepare(pack, patches, seed);
        std::vector<float> values(patches.size());
        if (m_by == "factor") {
            const auto column = pack.factor(factorCalled(pack, m_factor));
            std::transform(patches.begin(), patches.end(), values.begin(),
                           [&](std::int64_t i) { return column[static_cast<std::size_t>(i)]; });
        } else {
            const auto measure = [&](std::int64_t k) {
                const auto at = static_cast<std::size_t>(k);
                values[at] = contrastOf(pack, patches[at]);
            };
            parallelFor(static_cast<std::int64_t>(patches.size()), measure, [](std::int64_t) { return true; });
        }
        if (std::all_of(values.begin(), values.end(), [&](float value) { return std::isnan(value); }))
            throw Error("sampler.factor: " + m_factor + " is known of no training patch of " + pack.format().name +
                            "; name another factor",
                        "sampler.factor");
        const auto difficulty = [&](std::size_t k) {
            const float value = m_easy == "low" ? values[k] : -values[k];
            return std::isnan(value) ? std::numeric_limits<float>::infinity() : value;
        };
        std::vector<std::size_t> order(patches.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return difficulty(a) < difficulty(b); });
        m_fromEasy.clear();
        for (const auto k : order) m_fromEasy.push_back(patches[k]);
    }
    std::string warning(std::int64_t batch) override { return m_epochs.warning(batch); }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        const auto size = static_cast<std::size_t>(batch);
        const auto open = std::clamp(opened(step), std::min(size, m_fromEasy.size()), m_fromEasy.size());
        if (open == m_fromEasy.size()) return std::vector(static_cast<std::size_t>(views), m_epochs.batch(step, batch));
        Random random(m_seed, "curriculum", static_cast<std::uint64_t>(step));
        std::vector<std::int64_t> drawn;
        for (const auto k : chosen(size, open, random)) drawn.push_back(m_fromEasy[k]);
        return std::vector(static_cast<std::size_t>(views), drawn);
    }

private:
    std::size_t opened(std::int64_t step) const
    {
        if (step >= m_fullStep) return m_fromEasy.size();
        const double way = static_cast<double>(step - 1) / static_cast<double>(m_fullStep - 1);
        return static_cast<std::size_t>((m_start + (1 - m_start) * way) * static_cast<double>(m_fromEasy.size()));
    }
    std::string m_by = "contrast", m_factor, m_easy = "low";
    double m_start = 0.2;
    std::int64_t m_fullStep = 500;
    std::uint64_t m_seed = 0;
    std::vector<std::int64_t> m_fromEasy;
    Epochs m_epochs;
};

} // namespace

std::unique_ptr<Sampler> makeCurriculum();
std::unique_ptr<Sampler> makeCurriculum() { return std::make_unique<Curriculum>(); }

} // namespace revisit
