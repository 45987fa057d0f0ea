// SPDX-License-Identifier: Apache-2.0
#include "datasets/catalogue.h"
#include "datatools.h"
#include <QTemporaryDir>

using namespace revisit;
using namespace revisit::testing;

namespace {

/// A catalogue of one data set of one file, with changes to either.
Json catalogue(const Json& file = Json::object(), const Json& entry = Json::object())
{
    Json one = {{"name", "f.zip"}, {"url", "https://example.org/f.zip"}, {"bytes", 12}};
    one.update(file);
    Json all = {{"name", "sample"},     {"title", "A sample"},   {"about", "Bytes of a test."}, {"sensors", {"none"}},
                {"licence", "CC0-1.0"}, {"citation", "A test."}, {"attribution", "By a test."}, {"unpacks", "nothing"},
                {"opens", "nothing"},   {"files", {one}}};
    all.update(entry);
    return {{"datasets", {all}}};
}

} // namespace

Q_DECLARE_METATYPE(Json)

class TestCatalogue : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void readsWhatIsThereAndWhatIsNot()
    {
        const auto file = pathIn(m_folder, "list.json");
        writeFile(file, catalogue({{"md5", nullptr}, {"sha256", std::string(64, 'a')}}).dump());
        const auto all = readCatalogue(file);
        QCOMPARE(all.size(), std::size_t(1));
        QCOMPARE(all[0].files[0].sha256, std::string(64, 'a'));
        QVERIFY(all[0].files[0].md5.empty() && all[0].bytes() == 12);
        writeFile(file, catalogue({{"bytes", nullptr}}, {{"about_bytes", 7}}).dump());
        QCOMPARE(readCatalogue(file)[0].bytes(), 7);
        COMPARE_CONTAINS(errorOf([&] { entryNamed(all, "sampel"); }), "did you mean sample?");
    }

    void refusesWhatItShouldNotSay_data()
    {
        QTest::addColumn<QString>("list");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const Json& list, const QString& sentence) {
            QTest::newRow(name) << QString::fromStdString(list.dump()) << sentence;
        };
        QTest::newRow("no JSON") << "{"
                                 << "list.json: is not JSON";
        row("no list", Json::object(), "datasets: is missing");
        row("a list", Json::array(), "should be an object");
        row("climbs", catalogue({{"name", "../f"}}), "datasets[0].files[0].name: \"../f\"");
        row("dots", catalogue({{"name", ".."}}), "files[0].name");
        row("a folder", catalogue({{"name", "a/f"}}), "files[0].name");
        row("set climbs", catalogue(Json::object(), {{"name", "../sample"}}), "datasets[0].name");
        row("scheme", catalogue({{"url", "file:///etc/passwd"}}), "files[0].url");
        row("line break", catalogue({{"url", "https://a/b\r\nX: y"}}), "files[0].url");
        row("hash", catalogue({{"sha256", "12"}}), "files[0].sha256: should be 64");
        row("bytes", catalogue({{"bytes", -3}}), "files[0].bytes");
        row("too many bytes", catalogue({{"bytes", 1ull << 60}}), "files[0].bytes");
        row("misspelt", catalogue({{"sha265", "12"}}), "did you mean sha256?");
        row("licence", catalogue(Json::object(), {{"licence", 3}}), "datasets[0].licence: should be a text");
        row("no files", catalogue(Json::object(), {{"files", Json::array()}}), "datasets[0].how: is missing");
        const Json f = {{"name", "f"}, {"url", "https://a/f"}}, record = {{"name", "f.json"}, {"url", "https://a/f"}};
        row("overwrites", catalogue(Json::object(), {{"files", {f, record}}}), "f.json would be there twice");
        auto twice = catalogue();
        twice["datasets"].push_back(twice["datasets"][0]);
        row("twice", twice, "two data sets are named sample");
    }
    void refusesWhatItShouldNotSay()
    {
        QFETCH(QString, list);
        QFETCH(QString, sentence);
        const auto file = pathIn(m_folder, "list.json");
        writeFile(file, list.toStdString());
        COMPARE_CONTAINS(errorOf([&] { readCatalogue(file); }), sentence.toStdString());
    }

    void oursIsSound()
    {
        const auto all = readCatalogue(REVISIT_SOURCE "/resources/datasets.json");
        QVERIFY(all.size() >= 15);
        for (const auto& entry : all) {
            QVERIFY2(entry.files.empty() != entry.how.empty(), entry.name.c_str());
            for (const auto& file : entry.files) QVERIFY2(file.url.rfind("https://", 0) == 0, file.url.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
