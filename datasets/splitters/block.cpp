// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitters/parts.h"
#include <algorithm>

namespace revisit {
namespace {

class Block final : public Splitter {
public:
    About about() const override
    {
        return {"Blocks at random",
                "Blocks of meridians and parallels by chance, so that only at their edges what is tested lies beside "
                "what is trained on.",
                "Blocked cross-validation: Roberts et al. 2017 (Ecography 40, 913-929)."};
    }
    void params(Params& p) override
    {
        p("block_deg", m_blockDeg, "Side of the blocks; a degree of latitude is 111 km.").range(0.001, 90).unit("deg");
        p("test_share", m_testShare, "Share of the patches that is for tests, as nearly as whole blocks allow.")
            .range(0.01, 0.9);
        p("seed", m_seed, "Which blocks are drawn; another number than the run's, so that runs share their tests.")
            .range(0, 1e15)
            .advanced();
    }
    Splits split(const Pack& pack) const override
    {
        requirePlaces(pack, "block");
        const auto last = static_cast<std::int64_t>(std::ceil(180 / m_blockDeg)) - 1; // the pole is in it
        std::vector<std::string> keys;
        for (const auto& patch : pack.patches()) {
            const auto block = [&](double fromEdge) {
                return static_cast<std::int64_t>(std::floor(fromEdge / m_blockDeg));
            };
            const double east = std::fmod(std::fmod(patch.lon + 180, 360) + 360, 360); // 180 is -180
            keys.push_back(std::to_string(block(east)) + " " + std::to_string(std::min(block(patch.lat + 90), last)));
        }
        return splitGroups(pack, keys, m_testShare, static_cast<std::uint64_t>(m_seed));
    }

private:
    double m_blockDeg = 5, m_testShare = 0.2;
    std::int64_t m_seed = 1;
};

} // namespace

std::unique_ptr<Splitter> makeBlockSplit();
std::unique_ptr<Splitter> makeBlockSplit() { return std::make_unique<Block>(); }

} // namespace revisit
