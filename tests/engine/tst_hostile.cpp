// SPDX-License-Identifier: Apache-2.0
#include "datasets/raster.h"
#include "engine/hostileimages.h"
#include "engine/hostiletables.h"

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

// Whatever a file holds ends with a sentence that names it, soon and in little memory. HDF5 has tst_hdf5hostile.
class TestHostile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    // How often a format was refused; QFAILs for every other end than those that are allowed.
    int refusals(const char* format, const std::function<void(Corpus&)>& fill)
    {
        Corpus corpus(pathIn(m_folder, format));
        fill(corpus);
        std::map<std::string, int> counts;
        for (const auto& hostile : corpus.all()) {
            const auto ending = attempted(hostile.open);
            const auto about = hostile.format + ", " + hostile.what + ": " + ending.said;
            const bool named = ending.said.find(hostile.names) != std::string::npos;
            const bool harmless = hostile.mayBeHarmless && ending.said.empty();
            if (!(ending.refused && named) && !harmless)
                QTest::qFail(("no sentence that names " + hostile.names + ": " + about).c_str(), __FILE__, __LINE__);
            if (ending.grewKb > 300 << 10)
                QTest::qFail((std::to_string(ending.grewKb >> 10) + " MiB for " + about).c_str(), __FILE__, __LINE__);
            counts[hostile.format] += ending.refused;
            m_refused += ending.refused;
        }
        int all = 0;
        for (const auto& [name, often] : counts) {
            qInfo("%s: %d files refused", name.c_str(), often);
            all += often;
        }
        std::error_code none;
        fs::remove_all(pathIn(m_folder, format), none);
        return all;
    }
    int m_refused = 0;

private Q_SLOTS:
    void noticesEveryOtherEnd()
    {
        const auto ends = [](const std::function<void()>& how) { return attempted(how).said; };
        const auto fill = [](std::size_t bytes) {
            const std::string all(bytes, 'x');
            const volatile char* const at = all.data(); // or the compiler leaves it out
            if (at[bytes / 2] != 'x') ::raise(SIGSEGV);
        };
        QCOMPARE(ends([] {}), std::string());
        COMPARE_CONTAINS(ends([] { ::raise(SIGSEGV); }), "died of signal 11");
        COMPARE_CONTAINS(ends([] { ::raise(SIGALRM); }), "took more than");
        COMPARE_CONTAINS(ends([&] { fill(1 << 30); }), "bad_alloc");
        const auto large = attempted([&] { fill(400 << 20); });
        QVERIFY2(large.grewKb > 390 << 10, qPrintable(QString("%1 kB, %2").arg(large.grewKb).arg(large.said.c_str())));
        QVERIFY(!attempted([] { throw std::runtime_error("x.tif"); }).refused);
    }
    void placesNothingBesideTheGlobe() // by a reference system that is none, or that cannot be meant
    {
        const auto placed = [&](std::uint16_t model, std::uint16_t key, std::uint16_t code, std::vector<double> pixel,
                                std::vector<double> corner) {
            const std::string strip(16 * 16, '\7');
            auto tags = plainTags(16, 16, 1, 8, 256);
            tags[33550] = list<double>(12, pixel);
            tags[33922] = list<double>(12, corner);
            tags[34735] = list<std::uint16_t>(3, {1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, code});
            const auto file = pathIn(m_folder, "placed.tif");
            writeFile(file, tiff(tags, strip));
            return Raster(file).place(8, 8);
        };
        const std::vector<double> utm = {0, 0, 0, 500000, 5000000, 0}, ten = {10, 10, 0}, small = {1e-4, 1e-4, 0};
        QVERIFY(placed(1, 3072, 32631, ten, utm)); // as it should be
        QVERIFY(placed(2, 2048, 4326, small, {0, 0, 0, 5, 50, 0}));
        QVERIFY(!placed(1, 3072, 32699, ten, utm)); // there is no zone 99
        QVERIFY(!placed(1, 3072, 0, ten, utm));
        QVERIFY(!placed(1, 3072, 32631, ten, {0, 0, 0, 1e12, 1e12, 0}));
        QVERIFY(!placed(1, 3072, 32631, {NAN, 10, 0}, utm));
        QVERIFY(!placed(1, 3072, 32631, {10, INFINITY, 0}, utm));
        QVERIFY(!placed(2, 2048, 4326, small, {0, 0, 0, 50, 170, 0})); // swapped
        QVERIFY(!placed(2, 2048, 4326, ten, utm));                     // metres called degrees
    }
    void refusesTiffs() { QVERIFY(refusals("tiffs", addTiffs) >= 50); }
    void refusesPictures() { QVERIFY(refusals("pictures", addPictures) >= 28); }
    void refusesVirtualRasters() { QVERIFY(refusals("vrts", addVirtualRasters) >= 28); }
    void refusesArchives() { QVERIFY(refusals("archives", addArchives) >= 40); }
    void refusesFolders() { QCOMPARE(refusals("folders", addFolders), 10); }
    void refusesTables() { QVERIFY(refusals("tables", addTables) >= 30); }
    void refusesPacks() { QVERIFY(refusals("packs", addPacks) >= 90); }
    void refusesWeights() { QVERIFY(refusals("weights", addWeights) >= 60); }
    void refusesRuns() { QVERIFY(refusals("runs", addRuns) >= 38); }
    void refusesTwoHundredInAll() { QVERIFY2(m_refused >= 200, qPrintable(QString::number(m_refused))); }
};

QTEST_APPLESS_MAIN(TestHostile)
#include "tst_hostile.moc"
