// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitters/parts.h"
#include <chrono>

namespace revisit {
namespace {

class Season final : public Splitter {
public:
    About about() const override
    {
        return {"A season",
                "Looks of these months are for tests: leaves, snow and low light that training has not seen.",
                "Seasonal shift as a positive pair: Mañas et al. 2021 (SeCo, arXiv 2103.16607)."};
    }
    void params(Params& p) override
    {
        p("from_month", m_from, "The first month of the tests, 1 to 12; later than the last: over the new year.")
            .range(1, 12);
        p("to_month", m_to, "The last month of the tests, included.").range(1, 12);
    }
    bool isByTime() const override { return true; }
    Splits split(const Pack& pack) const override
    {
        requireDates(pack, "season");
        return splitEach(pack, [this](const Patch& patch) {
            const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(patch.day))};
            const auto month = static_cast<std::int64_t>(static_cast<unsigned>(date.month()));
            return m_from <= m_to ? month >= m_from && month <= m_to : month >= m_from || month <= m_to;
        });
    }

private:
    std::int64_t m_from = 6, m_to = 8;
};

} // namespace

std::unique_ptr<Splitter> makeSeasonSplit();
std::unique_ptr<Splitter> makeSeasonSplit() { return std::make_unique<Season>(); }

} // namespace revisit
