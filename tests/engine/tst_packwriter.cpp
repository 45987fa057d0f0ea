// SPDX-License-Identifier: Apache-2.0
#include "engine/packtools.h"
#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

class TestPackWriter : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::string m_good;
    fs::path path(const char* name) const { return pathIn(m_folder, name); }

private Q_SLOTS:
    void init()
    {
        writeSmall(path("good.pack"));
        m_good = bytesIn(path("good.pack"));
    }
    void goesOnWhereItWasCancelled()
    {
        std::atomic<int> made = 0;
        const auto slow = [&](std::size_t layer, std::int64_t i, std::span<std::byte> record) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            fillRecord<std::uint8_t>(layer, i, record);
            ++made;
        };
        const auto stop = [](double share, const std::string&) { return share == 0; };
        const PackContents small{smallFormat(), smallPatches(), {}, {}};
        QCOMPARE(errorOf([&] { writePack(path("c.pack"), small, slow, stop, 1); }), std::string("cancelled"));
        QVERIFY(!fs::exists(path("c.pack")) && fs::exists(path("c.pack.part")));
        const int before = made;
        QVERIFY(before > 0 && before < count);
        writePack(path("c.pack"), small, slow, goOn, 1);
        QCOMPARE(int(made), count);
        QVERIFY(bytesIn(path("c.pack")) == m_good);
        QVERIFY(!fs::exists(path("c.pack.part")));
    }
    // What was begun for other contents is no beginning of this.
    void beginsAnewWithOtherContents()
    {
        const auto stop = [](double share, const std::string&) { return share == 0; };
        const auto slow = [&](std::size_t, std::int64_t, std::span<std::byte>) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        };
        auto other = smallPatches();
        other[1].id = "x1";
        QVERIFY(!errorOf([&] { writePack(path("o.pack"), {smallFormat(), other, {}, {}}, slow, stop, 1); }).empty());
        writeSmall(path("o.pack"));
        QVERIFY(bytesIn(path("o.pack")) == m_good);
    }
    void goesOnAfterAKill()
    {
        const auto file = path("killed.pack");
        const auto child = ::fork();
        if (child == 0) {
            const auto slow = [&](std::size_t layer, std::int64_t i, std::span<std::byte> record) {
                fillRecord<std::uint8_t>(layer, i, record);
                if (i >= 20) std::this_thread::sleep_for(std::chrono::seconds(i == 20 ? 6 : 60));
            };
            writePack(file, {smallFormat(), smallPatches(), {}, {}}, slow, goOn, 1);
            ::_exit(0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(6500));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        int made = 0;
        const auto counting = [&](std::size_t layer, std::int64_t i, std::span<std::byte> record) {
            fillRecord<std::uint8_t>(layer, i, record);
            ++made;
        };
        writePack(file, {smallFormat(), smallPatches(), {}, {}}, counting, goOn, 1);
        QCOMPARE(made, count - 20); // what was saved 5 seconds after the beginning
        QVERIFY(bytesIn(file) == m_good);
    }
    void keepsLayersThatPlacesShare()
    {
        PackContents contents{smallFormat(), smallPatches(), {}, {}};
        auto& format = contents.format;
        format.layers.push_back(
            {"elevation", "dem", Sample::Int16, {{.name = "elevation", .unit = "m", .offset = 100}}});
        format.layers.push_back({"radar", "", Sample::Float32, {{.name = "red"}}});
        format.layers[1].bands[0].nodata = -5;
        format.factors = {{"season", "day", 365.25, {}}, {"cover", "", 0, {"grass", "ice"}}};
        contents.records.assign(3, std::vector<std::uint32_t>(count, Pack::noRecord));
        for (std::uint32_t i = 0; i < count; ++i) {
            contents.records[0][i] = i;
            contents.records[1][i] = contents.patches[i].place; // two looks at each
            if (i % 4 == 0) contents.records[2][i] = i / 4;
        }
        contents.factors = {std::vector<float>(count, 17.f), std::vector<float>(count, NAN)};
        const auto read = [](std::size_t layer, std::int64_t i, std::span<std::byte> record) {
            if (layer == 0) return fillRecord<std::uint8_t>(layer, i, record);
            if (layer == 2) return fillRecord<float>(layer, i, record);
            std::vector<std::int16_t> heights(64, static_cast<std::int16_t>(i % 2 ? -300 : 700));
            heights[5] = -5;
            std::memcpy(record.data(), heights.data(), record.size());
        };
        writePack(path("l.pack"), contents, read, goOn);
        const auto pack = Pack::open(path("l.pack"));
        QCOMPARE(pack->format().bandNames(),
                 (std::vector<std::string>{"rgb/red", "green", "blue", "elevation", "radar/red"}));
        QCOMPARE(pack->record(6, 1), pack->record(7, 1));
        QVERIFY(pack->record(5, 2) == nullptr && pack->record(8, 2) != nullptr);
        QCOMPARE(pack->records(1), count / 2);
        QCOMPARE(pack->factor(0)[3], 17.f);
        QVERIFY(std::isnan(pack->factor(1)[3]));
        QCOMPARE(pack->format().factors[1].choices[1], std::string("ice"));
        QCOMPARE(pack->statistics()[3].least, -200.0);
        QCOMPARE(pack->statistics()[3].most, 800.0);
        const auto part = pack->only({"radar", "elevation"});
        QCOMPARE(part->format().bandNames(), (std::vector<std::string>{"red", "elevation"}));
        QCOMPARE(part->size(), count); // each has an elevation
        QCOMPARE(part->statistics()[1].most, 800.0);
        const auto radar = pack->only({"radar"});
        QCOMPARE(radar->size(), count / 4);
        QCOMPARE(radar->patches()[2].id, contents.patches[8].id);
        QCOMPARE(radar->record(2), pack->record(8, 2));
        QCOMPARE(radar->factor(0).size(), std::size_t(count / 4));
        COMPARE_CONTAINS(errorOf([&] { pack->only({"radr"}); }), "has no layer \"radr\", did you mean radar?");
    }
};

QTEST_APPLESS_MAIN(TestPackWriter)
#include "tst_packwriter.moc"
