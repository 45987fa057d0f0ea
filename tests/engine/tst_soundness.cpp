// SPDX-License-Identifier: Apache-2.0
#include "datasets/soundness.h"
#include "engine/sourcetools.h"

using namespace revisit;
using namespace revisit::testing;

class TestSoundness : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    // 40 patches whose bands lie between `least` of the patch and 0.3 above it; band B11 is snow's where it says so.
    std::shared_ptr<Pack> pack(const std::function<int(int)>& least, double offset = 0, bool snow = false,
                               const std::vector<std::string>& names = {"B02", "B04", "B08", "B11"})
    {
        PackContents contents;
        contents.format.name = "Mixed";
        contents.format.sizePx = 8;
        const auto* const sensor = sensorCalled("sentinel-2-l2a");
        contents.format.layers = {{"sentinel-2-l2a", "sentinel-2-l2a", Sample::UInt16, {}}};
        for (const auto& name : names) {
            contents.format.layers[0].bands.push_back(*sensor->band(name));
            contents.format.layers[0].bands.back().offset = offset;
        }
        for (int i = 0; i < 40; ++i) contents.patches.push_back({.id = "p" + std::to_string(i), .place = unsigned(i)});
        const auto fill = [&](std::size_t, std::int64_t i, std::span<std::byte> record) {
            for (std::size_t k = 0; k < record.size() / 2; ++k) {
                auto sample = std::uint16_t(std::size_t(least(int(i))) + k * 37 % 3000);
                if (snow && k >= 3 * 64) sample = std::uint16_t(100 + k % 50);
                if (k % 64 == 5) sample = 0; // nodata
                std::memcpy(record.data() + k * 2, &sample, 2);
            }
        };
        writePack(pathIn(m_folder, "a.pack"), contents, fill, goOn);
        return Pack::open(pathIn(m_folder, "a.pack"));
    }

private Q_SLOTS:
    void tellsWhichPatchesOfSentinel2StoreAThousandMore()
    {
        const auto every = [](int part) { return [part](int i) { return i % part ? 90 : 1040; }; };
        COMPARE_CONTAINS(unsaidOffset(*pack(every(20))), "2 of 40 patches looked at in Mixed (p0, p20) have no sample");
        COMPARE_CONTAINS(unsaidOffset(*pack(every(4))),
                         "10 of 40 patches looked at in Mixed (p0, p4, p8, p12, p16, ...)");
        // their bands say so; snow is dark in one band; what is brighter is cloud; bands that cannot tell; all alike
        QCOMPARE(unsaidOffset(*pack(every(4), -0.1)), std::string());
        QCOMPARE(unsaidOffset(*pack(every(4), 0, true)), std::string());
        QCOMPARE(unsaidOffset(*pack([](int i) { return i % 4 ? 90 : 2500; })), std::string());
        QCOMPARE(unsaidOffset(*pack(every(4), 0, false, {"B04", "B03", "B02"})), std::string());
        QCOMPARE(unsaidOffset(*pack([](int) { return 1040; })), std::string());
        QCOMPARE(unsaidOffset(*pack([](int) { return 90; })), std::string());
    }
    void findsThemAmongRealPatches()
    {
        const auto source = dataFolder() / "s2-patches";
        NEED(source);
        auto params = recognised(source); // its index.csv is S2-100K's
        params.erase("name");
        const auto real = opened("folder", params, pathIn(m_folder, "cache"));
        COMPARE_CONTAINS(unsaidOffset(*real),
                         "2 of 14 patches looked at in s2-patches (patch_57755.tif, patch_252161.tif)");
    }
};

QTEST_APPLESS_MAIN(TestSoundness)
#include "tst_soundness.moc"
