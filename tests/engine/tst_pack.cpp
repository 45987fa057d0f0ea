// SPDX-License-Identifier: Apache-2.0
#include "engine/packtools.h"
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <thread>

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

class TestPack : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::string m_good;
    fs::path path(const char* name) const { return pathIn(m_folder, name); }
    std::string refused(const std::string& bytes) const
    {
        writeFile(path("bad.pack"), bytes);
        const auto message = errorOf([&] { Pack::open(path("bad.pack")); });
        return message.find("bad.pack: ") == std::string::npos ? "" : message; // each names the file
    }
    // `change` applied to the first 64 bytes.
    template <class Change> std::string lied(const Change& change) const
    {
        packlayout::Preamble p;
        std::memcpy(&p, m_good.data(), sizeof p);
        change(p);
        return refused(forged(std::string(reinterpret_cast<const char*>(&p), sizeof p) + m_good.substr(sizeof p)));
    }
    std::string liedInHeader(const std::string& truth, std::string lie) const
    {
        auto bytes = m_good;
        const auto at = bytes.find(truth);
        if (at == std::string::npos || lie.size() > truth.size()) qFatal("no such text");
        lie.resize(truth.size(), ' ');
        return refused(forged(bytes.replace(at, lie.size(), lie)));
    }
    // `bytes` written into the metadata, after the statistics of three bands.
    std::string liedInMetadata(std::size_t offset, const std::string& lie) const
    {
        packlayout::Preamble p;
        std::memcpy(&p, m_good.data(), sizeof p);
        auto bytes = m_good;
        return refused(forged(bytes.replace(sizeof p + p.headerBytes + offset, lie.size(), lie)));
    }

private Q_SLOTS:
    void init()
    {
        writeSmall(path("good.pack"));
        m_good = bytesIn(path("good.pack"));
    }
    void sumsAsZipDoes()
    {
        const std::string text = "123456789";
        QCOMPARE(crc32({reinterpret_cast<const std::byte*>(text.data()), text.size()}), 0xcbf43926u);
    }
    void returnsWhatWasWritten()
    {
        const auto pack = Pack::open(path("good.pack"));
        QCOMPARE(pack->size(), count);
        QCOMPARE(pack->format().name, std::string("Small"));
        QCOMPARE(pack->format().layers[0].bands[0].scale, 0.5);
        QCOMPARE(pack->format().gsdM, 10.0);
        QCOMPARE(pack->format().classes, (std::vector<std::string>{"Land", "Sea"}));
        QCOMPARE(pack->format().attribution, std::string("Made up."));
        const auto patches = smallPatches();
        for (std::size_t i = 0; i < count; ++i) {
            const auto& patch = pack->patches()[i];
            QCOMPARE(patch.id, patches[i].id);
            QCOMPARE(patch.label, patches[i].label);
            QCOMPARE(patch.split, patches[i].split);
            QCOMPARE(patch.located(), i != 7);
            QCOMPARE(patch.day, patches[i].day);
            QCOMPARE(patch.place, patches[i].place);
            if (patch.located()) QVERIFY(patch.lon == patches[i].lon && patch.lat == patches[i].lat);
            std::vector<std::byte> expected(pack->format().recordBytes());
            fillRecord<std::uint8_t>(0, static_cast<std::int64_t>(i), expected);
            const auto* const record = pack->record(static_cast<std::int64_t>(i));
            QCOMPARE(std::memcmp(record, expected.data(), expected.size()), 0);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(record) % 64, std::uintptr_t(0));
        }
        QCOMPARE(pack->indices(Split::Test).size(), std::size_t(count / 5));
        QCOMPARE(pack->indices(Split::Train).size(), std::size_t(count - count / 5));
        QVERIFY(!fs::exists(path("good.pack.part")));
    }
    void keepsAnUnknownResolutionUnknown()
    {
        auto format = smallFormat();
        format.gsdM = NAN;
        writePack(path("a.pack"), {format, smallPatches(), {}, {}}, fillRecord<std::uint8_t>, goOn);
        QVERIFY(std::isnan(Pack::open(path("a.pack"))->format().gsdM));
    }
    void measuresExactly_data()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("uint8") << int(Sample::UInt8);
        QTest::newRow("uint16") << int(Sample::UInt16);
        QTest::newRow("int16") << int(Sample::Int16);
        QTest::newRow("float32") << int(Sample::Float32);
    }
    // Against sorting all samples of the training patches.
    void measuresExactly()
    {
        QFETCH(int, type);
        const auto sample = Sample(type);
        const auto read = sample == Sample::UInt8    ? fillRecord<std::uint8_t>
                          : sample == Sample::UInt16 ? fillRecord<std::uint16_t>
                          : sample == Sample::Int16  ? fillRecord<std::int16_t>
                                                     : fillRecord<float>;
        writePack(path("a.pack"), {smallFormat(sample), smallPatches(), {}, {}}, read, goOn);
        const auto pack = Pack::open(path("a.pack"));
        for (std::size_t band = 0; band < 3; ++band) {
            std::vector<double> values;
            for (const auto i : pack->indices(Split::Train))
                for (std::size_t k = 0; k < 64; ++k)
                    values.push_back(0.5 * double((static_cast<std::size_t>(i) * 7 + (band * 64 + k) * 3) % 200));
            std::sort(values.begin(), values.end());
            const auto n = double(values.size());
            double mean = 0, variance = 0;
            for (const double v : values) mean += v / n;
            for (const double v : values) variance += (v - mean) * (v - mean) / n;
            const auto& measured = pack->statistics()[band];
            QVERIFY(std::abs(measured.mean - mean) < 1e-9);
            QVERIFY(std::abs(measured.deviation - std::sqrt(variance)) < 1e-9);
            QCOMPARE(measured.low, values[std::size_t(std::ceil(0.02 * n)) - 1]);
            QCOMPARE(measured.high, values[std::size_t(std::ceil(0.98 * n)) - 1]);
            QCOMPARE(measured.least, values.front());
            QCOMPARE(measured.most, values.back());
        }
    }
    void measuresNegativesAndLeavesOutWhatIsNoNumber()
    {
        const auto format = smallFormat(Sample::Float32, {"red", "green", "blue"}, 1);
        const auto read = [](std::size_t, std::int64_t i, std::span<std::byte> record) {
            std::vector<float> values(record.size() / 4, NAN);
            values[0] = values[64] = values[128] = static_cast<float>(i) - 30;
            std::memcpy(record.data(), values.data(), record.size());
        };
        writePack(path("a.pack"), {format, smallPatches(), {}, {}}, read, goOn);
        const auto pack = Pack::open(path("a.pack"));
        QCOMPARE(pack->statistics()[0].low, -29.0); // patch 1 is the first for training
        QCOMPARE(pack->statistics()[0].high, 9.0);
        QVERIFY(std::isfinite(pack->statistics()[0].mean));
    }
    void isTheSameForAnyNumberOfThreads()
    {
        writeSmall(path("one.pack"), 1);
        writeSmall(path("four.pack"), 4);
        QVERIFY(bytesIn(path("one.pack")) == bytesIn(path("four.pack")));
    }
    void showsPicturesAsStoredOrStretched()
    {
        const auto display = Pack::open(path("good.pack"));
        QCOMPARE(display->stretch(), std::string("as stored"));
        const auto picture = display->rgb(3);
        QCOMPARE(picture.size(), std::size_t(8 * 8 * 3));
        QCOMPARE(int(picture[1]), int(display->record(3)[64])); // green of the first pixel
        auto format = smallFormat(Sample::UInt16, {"B2", "blue", "red", "green"});
        writePack(path("a.pack"), {format, smallPatches(), {}, {}}, fillRecord<std::uint16_t>, goOn);
        const auto other = Pack::open(path("a.pack"));
        QCOMPARE(other->stretch(), std::string("2-98 % of each band; red, green, blue"));
        std::uint16_t red = 0;
        std::memcpy(&red, other->record(3) + 2 * 128, 2);
        const auto measured = other->statistics()[2];
        const double shade = (red * 0.5 - measured.low) / (measured.high - measured.low) * 255;
        QCOMPARE(int(other->rgb(3)[0]), int(std::clamp(shade, 0.0, 255.0) + 0.5));
        format = smallFormat(Sample::UInt16, {"elevation"});
        writePack(path("a.pack"), {format, smallPatches(), {}, {}}, fillRecord<std::uint16_t>, goOn);
        QCOMPARE(Pack::open(path("a.pack"))->stretch(), std::string("2-98 % of elevation"));
    }
    void refusesLiesInTheFirstBytes()
    {
        using P = packlayout::Preamble;
        constexpr auto huge = ~std::uint64_t(0);
        COMPARE_CONTAINS(lied([](P& p) { p.magic[0] = 'X'; }), "is not a pack");
        COMPARE_CONTAINS(lied([](P& p) { p.version = 9; }), "is a pack of version 9, this engine reads version 2");
        COMPARE_CONTAINS(lied([](P& p) { p.headerBytes = huge; }), "its header declares");
        COMPARE_CONTAINS(lied([](P& p) { p.headerBytes += 1 << 20; }), "its records do not begin where");
        COMPARE_CONTAINS(lied([](P& p) { p.metadataBytes = huge; }), "its records do not begin where");
        COMPARE_CONTAINS(lied([](P& p) { p.metadataBytes = huge - 63; }), "its records do not begin where");
        COMPARE_CONTAINS(lied([](P& p) { p.recordsAt = huge - 63; }), "its records do not begin where");
        COMPARE_CONTAINS(lied([](P& p) { p.patches = huge; }), "its metadata is too short");
        COMPARE_CONTAINS(lied([](P& p) { p.patches = 1ull << 62; }), "its metadata is too short"); // wraps
        COMPARE_CONTAINS(lied([](P& p) { p.patches = count + 1; }), "are not in order");
        COMPARE_CONTAINS(lied([](P& p) { p.patches = count - 1; }), "are not in order");
        COMPARE_CONTAINS(lied([](P& p) { p.fileBytes = huge; }), "is cut short");
        COMPARE_CONTAINS(lied([](P& p) { p.fileBytes = 64; }), "it ends before its records begin");
        COMPARE_CONTAINS(lied([](P& p) { p.fileBytes -= 64; }), "64 bytes more than it declares");
        COMPARE_CONTAINS(refused(m_good + "more"), "4 bytes more than it declares");
        auto flipped = m_good;
        flipped[100] ^= 1;
        COMPARE_CONTAINS(refused(flipped), "the checksum of its header is wrong");
    }
    void refusesLiesInTheHeader()
    {
        COMPARE_CONTAINS(liedInHeader("uint8", "uint9"), "there is no sample type \"uint9\"");
        COMPARE_CONTAINS(liedInHeader("\"size_px\":8", "\"size_px\":0"), "its patches are 0 pixels wide");
        COMPARE_CONTAINS(liedInHeader("\"size_px\":8", "\"size_px\":9"), "which the records of its layers do not make");
        COMPARE_CONTAINS(liedInHeader("\"size_px\":8,\"gsd_m\":10.0", "\"size_px\":8e300,\"g\":1"),
                         "not a whole number");
        COMPARE_CONTAINS(liedInHeader("\"records\":40", "\"records\":41"), "do not make");
        COMPARE_CONTAINS(liedInHeader("\"records\":40", "\"records\":-4"), "its records is not a whole number");
        COMPARE_CONTAINS(liedInHeader("\"size_px\":8,\"gsd_m\":10.0", "\"size_px\":4096,\"gsd_m\":1"),
                         "which the records of its layers do not make");
        COMPARE_CONTAINS(liedInHeader("\"scale\":0.5", "\"scale\":0.0"), "the scale of its band red is not above 0");
        COMPARE_CONTAINS(liedInHeader("\"scale\":0.5", "\"scale\":[1]"), "cannot be understood");
        COMPARE_CONTAINS(liedInHeader("\"name\"", "\"Name\""), "cannot be understood");
        COMPARE_CONTAINS(
            liedInHeader(m_good.substr(m_good.find("[{\"name\":\"red\""),
                                       m_good.find("],\"classes\"") - m_good.find("[{\"name\":\"red\"") - 1),
                         "[]"),
            "its layer rgb has 0 bands");
        COMPARE_CONTAINS(liedInHeader("[\"Land\",\"Sea\"]", "[]"), "of 0 classes");
        COMPARE_CONTAINS(liedInHeader("Small", "Sm\xff\xfel"), "cannot be understood");
        COMPARE_CONTAINS(liedInHeader("{\"name\"", "[\"name\""), "cannot be understood");
    }
    void refusesLiesInTheMetadata()
    {
        constexpr std::size_t table = 3 * 48;
        COMPARE_CONTAINS(liedInMetadata(0, raw(std::nan(""))), "the statistics of its band red make no sense");
        COMPARE_CONTAINS(liedInMetadata(8, raw(-1.0)), "the statistics of its band red make no sense");
        COMPARE_CONTAINS(liedInMetadata(table, raw(181.0)), "patch 0 is not on the globe");
        COMPARE_CONTAINS(liedInMetadata(table + count * 16, raw(std::int32_t(2))), "patch 0 has label 2 of 2 classes");
        COMPARE_CONTAINS(liedInMetadata(table + count * 16, raw(std::int32_t(-2))), "patch 0 has label -2");
        COMPARE_CONTAINS(liedInMetadata(table + count * 28, raw(std::uint8_t(2))), "patch 0 belongs to no split");
        COMPARE_CONTAINS(liedInMetadata(table + count * 29, raw(std::uint32_t(count))),
                         "patch 0 names record 40 of 40 of its layer rgb");
        COMPARE_CONTAINS(liedInMetadata(table + count * 29, raw(Pack::noRecord)), "patch 0 has no record");
        constexpr auto offsets = table + count * 33;
        COMPARE_CONTAINS(liedInMetadata(offsets + 4, raw(~std::uint32_t(0))), "not in order");
        COMPARE_CONTAINS(liedInMetadata(offsets, raw(std::uint32_t(1))), "not in order");
        COMPARE_CONTAINS(liedInMetadata(offsets + 4, raw(std::uint32_t(1))), "begins within a character");
        COMPARE_CONTAINS(liedInMetadata(offsets + (count + 1) * 4, "\xff"), "not UTF-8");
    }
    void refusesWhatIsCutShort()
    {
        for (std::size_t part = 0; part < 16; ++part)
            QVERIFY2(!refused(m_good.substr(0, m_good.size() * part / 16)).empty(), std::to_string(part).c_str());
        COMPARE_CONTAINS(refused(""), "is not a pack");
        COMPARE_CONTAINS(refused(m_good.substr(0, 63)), "is cut short within its first 64 bytes");
        COMPARE_CONTAINS(refused(m_good.substr(0, m_good.size() - 1)), "is cut short: it has");
    }
    void refusesWhatIsNoFile()
    {
        COMPARE_CONTAINS(errorOf([&] { Pack::open(path("absent.pack")); }), "absent.pack: cannot be opened");
        COMPARE_CONTAINS(errorOf([&] { Pack::open(path(".")); }), "is not a file");
        COMPARE_CONTAINS(errorOf([&] { Pack::open("/dev/null"); }), "is not a file");
    }
    void saysThatTheDiskIsFullAndLeavesNothing()
    {
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{4096, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const auto message = errorOf([&] { writeSmall(path("full.pack")); });
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        COMPARE_CONTAINS(message,
                         "full.pack: there is no room for it; it needs " + std::to_string(m_good.size()) + " bytes");
        QVERIFY(!fs::exists(path("full.pack")) && !fs::exists(path("full.pack.part")));
    }
    void leavesTheOldPackWhenTheNewOneFails()
    {
        const auto fails = [&](std::size_t layer, std::int64_t i, std::span<std::byte> record) {
            fillRecord<std::uint8_t>(layer, i, record);
            if (i >= 5) throw Error("patch " + std::to_string(i));
        };
        for (const unsigned threads : {1u, 4u}) // the first failure, whoever meets it
            QCOMPARE(errorOf([&] {
                         writePack(path("good.pack"), {smallFormat(), smallPatches(), {}, {}}, fails, goOn, threads);
                     }),
                     std::string("patch 5"));
        QVERIFY(bytesIn(path("good.pack")) == m_good);
        QVERIFY(!fs::exists(path("good.pack.part")));
    }
    void lastsWhenTwoWriteItAtOnce()
    {
        std::vector<std::jthread> writers;
        for (int k = 0; k < 4; ++k) writers.emplace_back([&] { writeSmall(path("both.pack"), 2); });
        writers.clear();
        QVERIFY(bytesIn(path("both.pack")) == m_good);
        QVERIFY(!fs::exists(path("both.pack.part")));
    }
    void writesOverWhatAKilledWriterLeft()
    {
        writeFile(path("k.pack.part"), std::string(1 << 20, 'x'));
        writeSmall(path("k.pack"));
        QVERIFY(bytesIn(path("k.pack")) == m_good);
    }
    void refusesToWriteWhatCannotBeTrained()
    {
        COMPARE_CONTAINS(errorOf([&] {
                             writePack(path("e.pack"), {smallFormat(), {}, {}, {}}, fillRecord<std::uint8_t>, goOn);
                         }),
                         "none of its 0 patches is for training");
        auto patches = smallPatches();
        patches[3].id = "\xff";
        COMPARE_CONTAINS(
            errorOf([&] {
                writePack(path("e.pack"), {smallFormat(), patches, {}, {}}, fillRecord<std::uint8_t>, goOn);
            }),
            "is not UTF-8");
        COMPARE_CONTAINS(errorOf([&] { writeSmall("/proc/no/such.pack"); }), "/proc/no: cannot be written");
    }
};

QTEST_APPLESS_MAIN(TestPack)
#include "tst_pack.moc"
