// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/date.h"
#include "datasets/splitters/parts.h"
#include <algorithm>

namespace revisit {
namespace {

class Date final : public Splitter {
public:
    About about() const override
    {
        return {"Later looks",
                "Looks of a day and all after it are for tests: what was learnt from the past, is it true tomorrow?",
                "Forward validation: Bergmeir & Benítez 2012 (Information Sciences 191, 192-213)."};
    }
    void params(Params& p) override
    {
        p("from", m_from,
          "The first day of the tests, like 2021-07-01; empty: the day from which on the newest fifth of the looks is, "
          "as nearly as whole days allow.");
    }
    bool isByTime() const override { return true; }
    Splits split(const Pack& pack) const override
    {
        requireDates(pack, "date");
        const auto first = m_from.empty() ? newestFifth(pack) : day();
        return splitEach(pack, [first](const Patch& patch) { return patch.day >= first; });
    }

private:
    std::int32_t day() const
    {
        int year = 0, end = 0;
        unsigned month = 0, day = 0;
        std::optional<std::int32_t> found;
        if (std::sscanf(m_from.c_str(), "%d-%u-%u%n", &year, &month, &day, &end) == 3 &&
            static_cast<std::size_t>(end) == m_from.size())
            found = dayOf(year, month, day);
        if (!found) throw Error("split.from: \"" + m_from + "\" is no date; write it like 2021-07-01", "split.from");
        return *found;
    }
    static std::int32_t newestFifth(const Pack& pack)
    {
        std::vector<std::int32_t> days;
        for (const auto& patch : pack.patches()) days.push_back(patch.day);
        std::sort(days.begin(), days.end());
        const auto at = days.begin() + static_cast<std::ptrdiff_t>(days.size() * 4 / 5);
        // the day there, or the one after it where that is nearer to a fifth or it is the first of all
        const auto begin = std::lower_bound(days.begin(), at, *at), after = std::upper_bound(at, days.end(), *at);
        return after != days.end() && (begin == days.begin() || after - at < at - begin) ? *after : *begin;
    }
    std::string m_from;
};

} // namespace

std::unique_ptr<Splitter> makeDateSplit();
std::unique_ptr<Splitter> makeDateSplit() { return std::make_unique<Date>(); }

} // namespace revisit
