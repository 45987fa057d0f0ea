// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/samplers/epochs.h"
#include "datasets/samplers/groups.h"
#include <algorithm>
#include <map>

namespace revisit {
namespace {

// Days between two dates around the year: from December to January is a month.
double aroundTheYear(std::int32_t a, std::int32_t b)
{
    constexpr double year = 365.25;
    const double apart = std::fmod(std::abs(static_cast<double>(a) - b), year);
    return std::min(apart, year - apart);
}

class Temporal final : public Sampler {
public:
    About about() const override
    {
        return {"Other dates",
                "Each place once per epoch, on a date drawn anew; the other views are looks at it on other dates, none "
                "twice while there are others. A place with one date stands for itself.",
                "Mañas et al. 2021 (SeCo), Mall et al. 2023 (CACo), Wang et al. 2023 (SSL4EO-S12)."};
    }
    void params(Params& p) override
    {
        p("other", m_other,
          "Which other dates: any, one of another season, or the nearest (with more views, the next nearest).")
            .choices({"any", "season", "nearest"});
        p("apart_days", m_apartDays,
          "Another season is at least so many days away around the year, where a place has such a date.")
            .range(1, 182)
            .unit("days");
        m_epochs.params(p);
    }
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) override
    {
        requireDates(pack, patches, "temporal", "uniform or neighbours");
        m_seed = seed;
        m_places.clear();
        m_alone = 0;
        std::vector<std::int64_t> firsts;
        for (const auto& looks : byPlace(pack, patches)) {
            auto& dates = m_places[looks.front()];
            firsts.push_back(looks.front());
            for (const auto i : looks) dates[pack.patches()[static_cast<std::size_t>(i)].day].push_back(i);
            m_alone += !hasPair(dates);
        }
        m_epochs.prepare(pack, firsts, seed);
        if (m_alone == static_cast<std::int64_t>(firsts.size()))
            throw Error(
                "sampler: temporal needs places with looks " + wanted() + ", and " + pack.format().name +
                    " has none among its training patches; choose " +
                    (m_other == "season" ? "any other date, fewer apart_days or uniform" : "uniform or neighbours"),
                m_other == "season" ? "sampler.apart_days" : "sampler.name");
    }
    std::string warning(std::int64_t batch) override
    {
        const auto places = static_cast<std::int64_t>(m_places.size());
        if (batch > places)
            return "a batch of " + std::to_string(batch) + " holds places twice, because there are only " +
                   std::to_string(places) + "; lower training.batch";
        if (m_alone * 10 < places) return m_epochs.warning(batch);
        return std::to_string(m_alone) + " of " + std::to_string(places) + " places have no looks " + wanted();
    }
    std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) override
    {
        std::vector<std::vector<std::int64_t>> drawn(static_cast<std::size_t>(views));
        Random random(m_seed, "temporal", static_cast<std::uint64_t>(step));
        for (const auto place : m_epochs.batch(step, batch)) {
            const auto& dates = m_places.at(place);
            const auto days = daysOf(dates, drawn.size(), random);
            for (std::size_t v = 0; v < drawn.size(); ++v) {
                const auto& looks = dates.at(days[v]);
                drawn[v].push_back(looks[random.below(looks.size())]);
            }
        }
        return drawn;
    }

private:
    using Dates = std::map<std::int32_t, std::vector<std::int64_t>>; // the looks of each

    std::string wanted() const
    {
        return m_other == "season" ? Json(m_apartDays).dump() + " days apart around the year" : "of several dates";
    }
    bool isApart(std::int32_t a, std::int32_t b) const
    {
        return a != b && (m_other != "season" || aroundTheYear(a, b) >= static_cast<double>(m_apartDays));
    }
    bool hasPair(const Dates& dates) const
    {
        for (auto a = dates.begin(); a != dates.end(); ++a)
            for (auto b = std::next(a); b != dates.end(); ++b)
                if (isApart(a->first, b->first)) return true;
        return false;
    }
    // The date of each view.
    std::vector<std::int32_t> daysOf(const Dates& dates, std::size_t views, Random& random) const
    {
        std::vector<std::int32_t> all;
        for (const auto& [day, looks] : dates) all.push_back(day);
        const auto anchor = all[random.below(all.size())];
        std::vector<std::int32_t> drawn = {anchor};
        std::erase(all, anchor);
        if (m_other == "nearest")
            std::stable_sort(all.begin(), all.end(), [&](std::int64_t a, std::int64_t b) {
                return std::abs(a - anchor) < std::abs(b - anchor);
            });
        auto left = all; // those not shown yet
        for (std::size_t v = 1; v < views; ++v) {
            if (left.empty()) left = all;
            if (left.empty()) left = {anchor};
            const auto day = m_other == "nearest" ? left.front() : another(left, drawn, random);
            drawn.push_back(day);
            std::erase(left, day);
        }
        return drawn;
    }
    // One of those left: far from all that are drawn, else from the first, else any.
    std::int32_t another(const std::vector<std::int32_t>& left, const std::vector<std::int32_t>& drawn,
                         Random& random) const
    {
        std::vector<std::int32_t> fromAll, fromFirst;
        for (const auto day : left) {
            const auto far = [&](std::int32_t other) { return isApart(day, other); };
            if (std::all_of(drawn.begin(), drawn.end(), far)) fromAll.push_back(day);
            if (far(drawn.front())) fromFirst.push_back(day);
        }
        const auto& best = !fromAll.empty() ? fromAll : !fromFirst.empty() ? fromFirst : left;
        return best[random.below(best.size())];
    }

    std::string m_other = "any";
    std::int64_t m_apartDays = 60;
    std::uint64_t m_seed = 0;
    std::int64_t m_alone = 0;
    std::map<std::int64_t, Dates> m_places; // by the first look of each
    Epochs m_epochs;
};

} // namespace

std::unique_ptr<Sampler> makeTemporal();
std::unique_ptr<Sampler> makeTemporal() { return std::make_unique<Temporal>(); }

} // namespace revisit
