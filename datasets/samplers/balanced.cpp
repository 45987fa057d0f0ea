// SPDX-License-Identifier: Apache-2.0
#include "datasets/sampler.h"
#include "datasets/samplers/draws.h"
#include "datasets/samplers/groups.h"

namespace revisit {
namespace {

class Balanced final : public Sampler {
public:
    About about() const override
    {
        return {
            "Balanced",
            "Every batch holds the classes, places, parts of the earth or values of a factor equally often, give or "
            "take one; all views show the same patch.",
            "Class-balanced sampling as in Kang et al. 2020 (arXiv 1910.09217); cells of equal area of Górski et "
            "al. 2005 (HEALPix)."};
    }
    void params(Params& p) override
    {
        p("by", m_by,
          "What comes equally often: each class (of planet: each climate zone), each place, each cell of the earth's "
          "surface, or each value of a factor.")
            .choices({"class", "place", "sphere", "factor"});
        p("cell_km", m_cellKm, "With sphere: the edge of the cells, which are all of equal area.")
            .range(10, 7000)
            .unit("km");
        p("factor", m_factor, "With factor: which of those that the data set knows of its patches.");
        p("bins", m_bins, "With a factor that is a number: into how many quantiles its values are divided.")
            .range(2, 1000);
    }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        if (patches.empty()) throw Error(pack.file().string() + ": has no training patches");
        m_seed = seed;
        m_groups = m_by == "class"    ? byClass(pack, patches, "place, sphere or factor")
                   : m_by == "place"  ? byPlace(pack, patches)
                   : m_by == "sphere" ? byCell(pack, patches, m_cellKm, "class, place or factor")
                                      : byFactor(pack, patches, m_factor, m_bins);
        m_leftOut = static_cast<std::int64_t>(patches.size());
        for (const auto& group : m_groups) m_leftOut -= static_cast<std::int64_t>(group.size());
        if (m_groups.size() < 2)
            throw Error("sampler.by: all training patches of " + pack.format().name + " are of the same " + m_by +
                            "; choose something else to balance, or uniform",
                        "sampler.by");
    }
    std::string warning(std::int64_t) override
    {
        if (m_leftOut == 0) return {};
        return std::to_string(m_leftOut) + " training patches are never drawn, because their " + m_by + " is not known";
    }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        Random random(m_seed, "balanced", static_cast<std::uint64_t>(step));
        const auto size = static_cast<std::size_t>(batch);
        std::vector<std::size_t> turns(m_groups.size(), size / m_groups.size());
        for (const auto g : chosen(size % m_groups.size(), m_groups.size(), random)) ++turns[g];
        std::vector<std::int64_t> drawn;
        for (std::size_t g = 0; g < m_groups.size(); ++g) {
            const auto& members = m_groups[g];
            for (; turns[g] >= members.size(); turns[g] -= members.size())
                drawn.insert(drawn.end(), members.begin(), members.end());
            for (const auto k : chosen(turns[g], members.size(), random)) drawn.push_back(members[k]);
        }
        shuffle(drawn, random); // micro-batches are cut from it
        return std::vector(static_cast<std::size_t>(views), drawn);
    }

private:
    std::string m_by = "class", m_factor;
    double m_cellKm = 500;
    std::int64_t m_bins = 10, m_leftOut = 0;
    std::uint64_t m_seed = 0;
    Groups m_groups;
};

} // namespace

std::unique_ptr<Sampler> makeBalanced();
std::unique_ptr<Sampler> makeBalanced() { return std::make_unique<Balanced>(); }

} // namespace revisit
