// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitters/parts.h"
#include <unordered_map>

namespace revisit {
namespace {

class RandomPlaces final : public Splitter {
public:
    About about() const override
    {
        return {"Places at random",
                "Places by chance, with all looks at them; neighbours of what is tested may be trained on, so look at "
                "the leak.",
                "What random splits hide of maps: Ploton et al. 2020 (Nature Communications 11, 4540)."};
    }
    void params(Params& p) override
    {
        p("test_share", m_testShare, "Share of the patches that is for tests.").range(0.01, 0.9);
        p("seed", m_seed, "Which places are drawn; another number than the run's, so that runs share their tests.")
            .range(0, 1e15)
            .advanced();
    }
    Splits split(const Pack& pack) const override
    {
        std::unordered_map<std::uint32_t, const std::string*> firstId; // a place's number may depend on the others
        for (const auto& patch : pack.patches()) {
            auto& id = firstId[patch.place];
            if (!id || patch.id < *id) id = &patch.id;
        }
        std::vector<std::string> keys;
        for (const auto& patch : pack.patches()) keys.push_back(*firstId[patch.place]);
        return splitGroups(pack, keys, m_testShare, static_cast<std::uint64_t>(m_seed));
    }

private:
    double m_testShare = 0.2;
    std::int64_t m_seed = 1;
};

} // namespace

std::unique_ptr<Splitter> makeRandomSplit();
std::unique_ptr<Splitter> makeRandomSplit() { return std::make_unique<RandomPlaces>(); }

} // namespace revisit
