// SPDX-License-Identifier: Apache-2.0
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
