// SPDX-License-Identifier: Apache-2.0
#include "engine/sourcetools.h"
#include <map>

using namespace revisit;
using namespace revisit::testing;

class TestSimulated : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> made(Json params = Json::object()) const
    {
        params["places"] = 40;
        params["dates"] = 3;
        params["size_px"] = 16;
        return opened("simulated", params, pathIn(m_folder, "cache"));
    }
    static std::span<const float> column(const Pack& pack, const std::string& name)
    {
        for (std::size_t f = 0; f < pack.format().factors.size(); ++f)
            if (pack.format().factors[f].name == name) return pack.factor(f);
        return {};
    }

private Q_SLOTS:
    void hasEveryLayerAtEveryDate()
    {
        const auto pack = made();
        QCOMPARE(pack->size(), 120);
        QCOMPARE(pack->format().layers.size(), std::size_t(4));
        QCOMPARE(pack->format().bands(), std::size_t(16));
        QCOMPARE(pack->records(2), 40); // elevations do not change
        for (std::int64_t i = 0; i < pack->size(); ++i) {
            for (std::size_t l = 0; l < 4; ++l) QVERIFY(pack->record(i, l) != nullptr);
            QCOMPARE(pack->record(i, 2), pack->record(i / 3 * 3, 2));
        }
    }
    void keepsPlacesWholeInASplitAndDatesApart()
    {
        const auto pack = made();
        std::map<std::uint32_t, std::pair<Split, std::int32_t>> last;
        for (const auto& patch : pack->patches()) {
            QVERIFY(patch.located() && patch.dated() && patch.label >= 0);
            const auto [found, isNew] = last.try_emplace(patch.place, patch.split, patch.day);
            if (isNew) continue;
            QCOMPARE(patch.split, found->second.first);
            QVERIFY(patch.day > found->second.second);
            found->second.second = patch.day;
        }
        QVERIFY(!pack->indices(Split::Test).empty());
    }
    void knowsItsFactors()
    {
        const auto pack = made();
        const auto classes = column(*pack, "class"), days = column(*pack, "day_of_year");
        QVERIFY(!classes.empty() && !days.empty());
        for (std::size_t i = 0; i < 120; ++i) {
            QCOMPARE(int(classes[i]), pack->patches()[i].label);
            QCOMPARE(pack->patches()[i].day, 18628 + std::int32_t(days[i]) - 1); // 18628: 2021-01-01
        }
        for (const float share : column(*pack, "cloud_cover")) QCOMPARE(share, 0.f);
        const auto cloudy = made({{"clouds", true}});
        const auto shares = column(*cloudy, "cloud_cover");
        QVERIFY(std::any_of(shares.begin(), shares.end(), [](float share) { return share > 0.05f; }));
    }
    void isTheSameAgainAndAnotherForAnotherVariant()
    {
        const auto pack = made();
        const auto bytes = bytesIn(pack->file());
        std::filesystem::remove(pack->file());
        QVERIFY(bytesIn(made()->file()) == bytes);
        QVERIFY(bytesIn(made({{"variant", 2}})->file()) != bytes);
    }
};

QTEST_APPLESS_MAIN(TestSimulated)
#include "tst_simulated.moc"
