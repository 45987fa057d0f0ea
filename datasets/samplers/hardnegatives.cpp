// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/draws.h"
#include "datasets/samplers/epochs.h"
#include "datasets/samplers/groups.h"
#include <algorithm>
#include <unordered_map>

namespace revisit {
namespace {

class HardNegatives final : public Sampler {
public:
    About about() const override
    {
        return {"Hard negatives",
                "A share of each batch are mates of its other patches: of other places, but near them, of their class "
                "or alike in a factor, and so harder to tell from them. All views show the same patch.",
                "Hard negatives: Robinson et al. 2021 (arXiv 2010.04592), here by what is known of the patches."};
    }
    void params(Params& p) override
    {
        p("by", m_by, "What makes two patches alike: the region, the class or a factor.")
            .choices({"region", "class", "factor"});
        p("share", m_share, "Share of a batch that are mates.").range(0, 0.95);
        p("mates", m_mates, "How many mates a patch gets; the fewer, the more patches have some.").range(1, 1000);
        p("radius_km", m_radiusKm, "With region: how far away a mate may be.").range(0.05, 20000).unit("km");
        p("gap_km", m_gapKm, "How far a mate has to be from its patch and its other mates; 0 asks for another place.")
            .range(0, 20000)
            .unit("km");
        p("factor", m_factor, "With factor: which of those that the data set knows of its patches.");
        p("bins", m_bins, "With a factor that is a number: into how many quantiles its values are divided.")
            .range(2, 1000);
    }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        m_pack = &pack;
        m_seed = seed;
        m_epochs.prepare(pack, patches, seed);
        if (m_by == "region" || m_gapKm > 0)
            requirePlaces(pack, patches, "hard_negatives", "uniform, or by class with a gap_km of 0");
        m_groups = m_by == "region"  ? Groups()
                   : m_by == "class" ? byClass(pack, patches, "region or factor")
                                     : byFactor(pack, patches, m_factor, m_bins);
        m_groupOf.clear();
        for (std::size_t g = 0; g < m_groups.size(); ++g)
            for (const auto i : m_groups[g]) m_groupOf[i] = g;
        m_globe = m_by == "region" ? Globe(pack.patches(), patches) : Globe();
        m_alone = std::count_if(patches.begin(), patches.end(), [&](std::int64_t i) { return !hasMate(i); });
        if (m_alone == static_cast<std::int64_t>(patches.size()))
            throw Error("sampler.by: no training patch of " + pack.format().name +
                            " has a mate at another place; choose another way of being alike, or uniform",
                        "sampler.by");
    }
    std::string warning(std::int64_t) override
    {
        const auto all = static_cast<std::int64_t>(m_epochs.patches().size());
        if (m_alone * 10 < all) return {};
        return std::to_string(m_alone) + " of " + std::to_string(all) +
               " training patches have no mate that is alike, and get others at random";
    }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        const auto hard = static_cast<std::int64_t>(m_share * static_cast<double>(batch));
        auto drawn = m_epochs.batch(step, batch - hard);
        const auto firsts = drawn; // each in turn gets its mates, until the batch is full
        Random random(m_seed, "hard negatives", static_cast<std::uint64_t>(step));
        std::unordered_set<std::int64_t> taken(firsts.begin(), firsts.end());
        const auto size = static_cast<std::size_t>(batch);
        for (const auto first : firsts) {
            std::vector<std::int64_t> cluster = {first};
            for (const auto mate : candidates(first, random)) {
                if (drawn.size() == size || static_cast<std::int64_t>(cluster.size()) > m_mates) break;
                const auto apart = [&](std::int64_t other) { return isApart(mate, other); };
                if (taken.contains(mate) || !std::all_of(cluster.begin(), cluster.end(), apart)) continue;
                cluster.push_back(mate);
                drawn.push_back(mate);
                taken.insert(mate);
            }
        }
        const auto& all = m_epochs.patches();
        while (drawn.size() < size) {
            const auto other = all[random.below(all.size())];
            if (taken.insert(other).second || taken.size() == all.size()) drawn.push_back(other);
        }
        return std::vector(static_cast<std::size_t>(views), drawn);
    }

private:
    const Patch& at(std::int64_t i) const { return m_pack->patches()[static_cast<std::size_t>(i)]; }
    bool isApart(std::int64_t a, std::int64_t b) const
    {
        return at(a).place != at(b).place && (m_gapKm == 0 || kilometres(at(a), at(b)) >= m_gapKm);
    }
    const std::vector<std::int64_t>* groupOf(std::int64_t i) const
    {
        const auto found = m_groupOf.find(i);
        return found == m_groupOf.end() ? nullptr : &m_groups[found->second];
    }
    bool hasMate(std::int64_t i) const
    {
        const auto isMate = [&](std::int64_t other) { return isApart(i, other); };
        if (m_by == "region") return m_globe.any(at(i), m_radiusKm, isMate);
        const auto* const group = groupOf(i);
        return group && std::any_of(group->begin(), group->end(), isMate);
    }
    // Some that are like it, in an order by chance: more than are needed, since not all will do.
    std::vector<std::int64_t> candidates(std::int64_t i, Random& random) const
    {
        const auto near = m_by == "region" ? m_globe.around(at(i), m_radiusKm) : std::vector<std::int64_t>();
        const auto* const alike = m_by == "region" ? &near : groupOf(i);
        std::vector<std::int64_t> drawn;
        if (!alike) return drawn;
        const auto enough = std::min(alike->size(), static_cast<std::size_t>(16 + 8 * m_mates));
        for (const auto k : chosen(enough, alike->size(), random)) drawn.push_back((*alike)[k]);
        shuffle(drawn, random);
        return drawn;
    }

    std::string m_by = "region", m_factor;
    double m_share = 0.5, m_radiusKm = 500, m_gapKm = 0;
    std::int64_t m_mates = 7, m_bins = 10, m_alone = 0;
    const Pack* m_pack = nullptr;
    std::uint64_t m_seed = 0;
    Groups m_groups;
    std::unordered_map<std::int64_t, std::size_t> m_groupOf;
    Globe m_globe;
    Epochs m_epochs;
};

} // namespace

std::unique_ptr<Sampler> makeHardNegatives();
std::unique_ptr<Sampler> makeHardNegatives() { return std::make_unique<HardNegatives>(); }

} // namespace revisit
