// SPDX-License-Identifier: Apache-2.0
#include "datasets/dataset.h"
#include "datasets/sources/imagelist.h"
#include "engine/sourcetools.h"
#include <numbers>

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

namespace {

std::string grey(std::uint8_t shade)
{
    return tiff(plainTags(16, 16, 3, 8, 768), std::string(768, static_cast<char>(shade)));
}

} // namespace

class TestDatasets : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return pathIn(m_folder, name); }
    std::shared_ptr<Pack> folder(const std::string& name, Json params = Json::object()) const
    {
        params["path"] = path(name).string();
        return opened("folder", params, path("cache"));
    }
    std::string refused(const std::string& name) const
    {
        return errorOf([&] { folder(name); });
    }

private Q_SLOTS:
    // The contract of every data set in the list.
    void describesAndOpensOrSaysWhyNot()
    {
        QVERIFY(datasets().size() >= 3);
        for (const auto& entry : datasets()) {
            const auto dataset = entry.make();
            const auto about = dataset->about();
            QVERIFY2(!about.title.empty() && !about.summary.empty() && !about.reference.empty(), entry.name);
            QVERIFY2(about.summary.back() == '.', entry.name);
            for (const auto& param : dataset->schema())
                QVERIFY2(!param.at("help").get<std::string>().empty(), entry.name);
            const auto values = dataset->values();
            dataset->read(values, "dataset", entry.name);
            std::shared_ptr<Pack> pack;
            const auto message = errorOf([&] { pack = dataset->open(path("cache"), goOn); });
            QVERIFY2((pack != nullptr) != !message.empty(), entry.name);
            if (pack) QVERIFY(pack->size() > 0);
            if (!values.contains("path")) continue;
            const auto nowhere = errorOf([&] { opened(entry.name, {{"path", "/no/such/place"}}, path("cache")); });
            COMPARE_CONTAINS(nowhere, "/no/such/place");
        }
        COMPARE_CONTAINS(errorOf([] { make(datasets(), "foldr", "dataset.name"); }), "did you mean folder?");
    }
    void readsAFolderPerClass()
    {
        for (int i = 0; i < 30; ++i) {
            writeFile(path("f/top/Sea/" + std::to_string(i) + ".tif"), grey(static_cast<std::uint8_t>(i)));
            writeFile(path("f/top/Forest/" + std::to_string(i) + ".TIF"), grey(static_cast<std::uint8_t>(100 + i)));
        }
        writeFile(path("f/top/.hidden/1.jpg"), "no image");
        writeFile(path("f/__MACOSX/top/Sea/._1.jpg"), "no image");
        writeFile(path("f/top/Sea/readme.txt"), "no image");
        const auto pack = folder("f/");
        QCOMPARE(pack->size(), 60);
        QCOMPARE(pack->format().name, std::string("f"));
        QCOMPARE(pack->format().classes, (std::vector<std::string>{"Forest", "Sea"}));
        QCOMPARE(pack->format().bandNames(), (std::vector<std::string>{"red", "green", "blue"}));
        QCOMPARE(pack->format().sizePx, 16);
        for (std::int64_t i = 0; i < 60; ++i) { // natural order: 2 before 10
            const auto& patch = pack->patches()[static_cast<std::size_t>(i)];
            QCOMPARE(patch.id,
                     i < 30 ? "Forest/" + std::to_string(i) + ".TIF" : "Sea/" + std::to_string(i - 30) + ".tif");
            QCOMPARE(patch.label, int(i / 30));
            QCOMPARE(int(*pack->record(i)), int(i < 30 ? 100 + i : i - 30));
        }
        // the split is the id's, whatever else there is
        fs::remove(path("f/top/Sea/0.tif"));
        const auto fewer = folder("f");
        QVERIFY(fewer->file() != pack->file()); // a changed source is packed again
        for (std::size_t i = 31; i < 60; ++i) QCOMPARE(fewer->patches()[i - 1].split, pack->patches()[i].split);
        QCOMPARE(folder("f", {{"size_px", 8}})->format().sizePx, 8);
    }
    void hasNoLabelsWithoutFolders()
    {
        for (int i = 0; i < 10; ++i) writeFile(path("flat/images/" + std::to_string(i) + ".tif"), grey(9));
        const auto pack = folder("flat");
        QVERIFY(pack->format().classes.empty());
        QCOMPARE(pack->patches()[3].id, std::string("3.tif"));
        QCOMPARE(pack->patches()[3].label, -1);
    }
    void opensAPackOfItsOwn()
    {
        for (int i = 0; i < 10; ++i) writeFile(path("own/" + std::to_string(i) + ".tif"), grey(9));
        const auto pack = folder("own");
        QCOMPARE(opened("pack", {{"path", pack->file().string()}}, path("cache"))->size(), 10);
        writeFile(pack->file(), "damaged"); // what is in the cache can be made again
        QCOMPARE(folder("own")->size(), 10);
    }
    void namesTheImageThatIsWrong()
    {
        for (int i = 0; i < 10; ++i) writeFile(path("bad/" + std::to_string(i) + ".tif"), grey(9));
        const auto photograph = jpeg();
        writeFile(path("bad/4.jpg"), photograph.substr(0, photograph.size() / 2));
        COMPARE_CONTAINS(refused("bad"), path("bad/4.jpg").string() + ": ");
        writeFile(path("bad/4.jpg"), photograph);
        QCOMPARE(folder("bad")->size(), 11); // of another size, but that is averaged
        writeFile(path("bad/5.tif"), tiff(plainTags(16, 16, 1, 16, 512), std::string(512, 'x')));
        COMPARE_CONTAINS(refused("bad"), path("bad/5.tif").string() + ": has other bands");
        COMPARE_CONTAINS(refused("bad"), path("bad/0.tif").string());
        fs::create_directories(path("none"));
        COMPARE_CONTAINS(refused("none"), "holds no images");
        writeFile(path("no.zip"), "not a zip");
        COMPARE_CONTAINS(refused("no.zip"), "no.zip: cannot be read as a zip file");
        writeFile(path("climbs.zip"), zip({{"../a.jpg", photograph}}));
        COMPARE_CONTAINS(refused("climbs.zip"), "its entry \"../a.jpg\" climbs out");
        writeFile(path("cut.zip"), zip({{"a/1.jpg", photograph}, {"b/1.jpg", photograph.substr(0, 600)}}));
        COMPARE_CONTAINS(refused("cut.zip"), "cut.zip/b/1.jpg: is damaged or cut short");
        for (const auto& file : fs::directory_iterator(path("cache/packs"))) // nothing unfinished is left
            QCOMPARE(file.path().extension(), fs::path(".pack"));
    }
    void readsAZipAsItsFolder()
    {
        std::vector<ZipEntry> entries;
        for (int i = 0; i < 10; ++i) {
            const auto name = std::string(i % 2 ? "Sea/" : "Forest/") + std::to_string(i) + ".jpg";
            entries.push_back({"top/" + name, jpeg()});
            writeFile(path("z/" + name), jpeg());
        }
        writeFile(path("z.zip"), zip(entries));
        const auto zipped = folder("z.zip"), unpacked = folder("z");
        QCOMPARE(zipped->size(), unpacked->size());
        for (std::size_t i = 0; i < 10; ++i) {
            QCOMPARE(zipped->patches()[i].id, unpacked->patches()[i].id);
            QCOMPARE(zipped->patches()[i].split, unpacked->patches()[i].split);
        }
        QCOMPARE(zipped->statistics()[0].mean, unpacked->statistics()[0].mean);
    }
    void sortsNumbersAsNumbers()
    {
        QVERIFY(naturalLess("a2", "a10") && !naturalLess("a10", "a2"));
        QVERIFY(naturalLess("a2b", "a2c") && naturalLess("a", "a1") && naturalLess("a9/x", "a10/a"));
        QVERIFY(naturalLess("a01", "a1") != naturalLess("a1", "a01"));
        QVERIFY(naturalLess("a99999999999999999999998", "a99999999999999999999999"));
        QVERIFY(!naturalLess("same", "same"));
    }
    void findsTheCache()
    {
        const auto before = qgetenv("REVISIT_CACHE");
        qputenv("REVISIT_CACHE", "/somewhere");
        QCOMPARE(cacheFolder(), fs::path("/somewhere"));
        qunsetenv("REVISIT_CACHE");
        qputenv("XDG_CACHE_HOME", "/caches");
        QCOMPARE(cacheFolder(), fs::path("/caches/revisit"));
        qputenv("REVISIT_CACHE", before);
    }
    void leavesNoPartBehindThatNobodyGoesOnWith()
    {
        const auto cache = path("parts"), old = cache / "packs/gone-0123.pack.part",
                   young = cache / "packs/b.pack.part";
        writeFile(old, "begun"), writeFile(young, "begun");
        writeFile(cache / "packs/old.pack", "no part");
        for (const auto& file : {old, cache / "packs/old.pack"})
            fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::days(8));
        opened("simulated", {{"places", 20}, {"size_px", 16}}, cache);
        QVERIFY(!fs::exists(old) && fs::exists(young) && fs::exists(cache / "packs/old.pack"));
        for (const auto& item : fs::directory_iterator(cache / "packs"))
            QVERIFY(item.path().extension() != ".part" || item.path() == young);
    }
    void readsEuroSat()
    {
        const auto file = dataFolder() / "EuroSAT_RGB-10000.zip";
        NEED(file);
        const auto pack = opened("folder", {{"path", file.string()}}, path("cache"));
        QCOMPARE(pack->size(), 10000);
        QCOMPARE(pack->format().classes.size(), std::size_t(10));
        QCOMPARE(pack->format().classes[0], std::string("AnnualCrop"));
        QCOMPARE(pack->format().sizePx, 64);
        QCOMPARE(pack->stretch(), std::string("as stored"));
        std::map<int, std::array<int, 2>> shares;
        for (const auto& patch : pack->patches()) {
            ++shares[patch.label][std::size_t(patch.split)];
            QCOMPARE(patch.id.rfind(pack->format().classes[std::size_t(patch.label)] + "/", 0), std::size_t(0));
        }
        for (const auto& [label, share] : shares) {
            QCOMPARE(share[0] + share[1], 1000);
            QVERIFY2(share[1] > 150 && share[1] < 250, std::to_string(share[1]).c_str());
        }
        // Helber et al.'s images, in the order red, green, blue
        QVERIFY(std::abs(pack->statistics()[0].mean - 0.346) < 0.001 &&
                std::abs(pack->statistics()[2].mean - 0.410) < 0.001);
        QCOMPARE(pack->patches()[0].id, std::string("AnnualCrop/AnnualCrop_6.jpg"));
        QCOMPARE(pack->patches()[0].split, Split::Test); // for good: published figures rest on it
    }
    void locatesGeoTiffs()
    {
        const auto source = dataFolder() / "s2-patches";
        NEED(source);
        const auto pack = opened("folder", {{"path", source.string()}, {"size_px", 64}}, path("cache"));
        QCOMPARE(pack->size(), 14);
        QCOMPARE(pack->format().bands(), std::size_t(12));
        QCOMPARE(pack->format().layers[0].sample, Sample::UInt16);
        QCOMPARE(pack->format().layers[0].bands[0].scale, 1e-4);
        QCOMPARE(pack->format().gsdM, 40.0);
        std::map<std::string, std::pair<double, double>> places; // index.csv: lat,lon,fn
        for (const auto& line : QString::fromStdString(bytesIn(source / "index.csv")).split('\n').mid(1)) {
            const auto cells = line.trimmed().split(',');
            if (cells.size() == 3) places[cells[2].toStdString()] = {cells[0].toDouble(), cells[1].toDouble()};
        }
        for (const auto& patch : pack->patches()) {
            const auto [lat, lon] = places.at(patch.id);
            QVERIFY2(std::abs(patch.lat - lat) < 0.02 && std::abs(patch.lon - lon) < 0.02, patch.id.c_str());
        }
    }
    void cutsThePlanet()
    {
        std::shared_ptr<Pack> pack;
        const auto message = errorOf([&] { pack = opened("planet", Json::object(), path("cache")); });
        if (!pack) QSKIP(("skipped: " + message).c_str());
        const auto& patches = pack->patches();
        QVERIFY(pack->size() > 5000 && pack->size() < 15000);
        const auto share = double(pack->indices(Split::Test).size()) / double(pack->size());
        QVERIFY(share > 0.15 && share < 0.3);
        const double heightDeg = double(pack->format().sizePx) * pack->format().gsdM / 111195;
        const auto wideDeg = [&](const Patch& p) { return heightDeg / std::cos(p.lat * std::numbers::pi / 180); };
        const auto tests = pack->indices(Split::Test), training = pack->indices(Split::Train);
        for (const auto test : tests)
            for (const auto train : training) { // no ground is shared
                const auto &a = patches[std::size_t(test)], &b = patches[std::size_t(train)];
                const double east = std::abs(std::remainder(a.lon - b.lon, 360)), up = std::abs(a.lat - b.lat);
                if (up < heightDeg - 1e-3 && east < (wideDeg(a) + wideDeg(b)) / 2 - 1e-3)
                    QFAIL((a.id + " overlaps " + b.id).c_str());
            }
        const auto nearest = [&](double lon, double lat) {
            std::size_t best = 0;
            const auto away = [&](const Patch& p) { return std::hypot(std::remainder(p.lon - lon, 360), p.lat - lat); };
            for (std::size_t i = 0; i < patches.size(); ++i)
                if (away(patches[i]) < away(patches[best])) best = i;
            return best;
        };
        const auto zone = [&](double lon, double lat) {
            return pack->format().classes[std::size_t(patches[nearest(lon, lat)].label)].substr(0, 3);
        };
        QCOMPARE(zone(-66, -2), std::string("Af ")); // the Amazon
        QCOMPARE(zone(10, 24), std::string("BWh"));  // the Sahara
        QCOMPARE(zone(25, 65), std::string("Dfc"));  // Lapland
        QCOMPARE(zone(-42, 73), std::string("EF ")); // Greenland
        QCOMPARE(zone(100, 45), std::string("BWk")); // the Gobi
        QCOMPARE(zone(-89, 41), std::string("Dfa")); // Illinois
        const auto colour = [&](double lon, double lat) {
            const auto picture = pack->rgb(std::int64_t(nearest(lon, lat)));
            std::array<double, 3> mean{};
            for (std::size_t k = 0; k < picture.size(); ++k) mean[k % 3] += picture[k] * 3.0 / double(picture.size());
            return mean;
        };
        // how much bluer the sea's half of a coast is: neither mirrored nor upside down
        const auto bluer = [&](double lon, double lat, bool westIsSea) {
            const auto picture = pack->rgb(std::int64_t(nearest(lon, lat)));
            const auto size = std::size_t(pack->format().sizePx);
            double difference = 0;
            for (std::size_t k = 0; k < size * size; ++k) {
                const bool sea = (westIsSea ? k % size : k / size) < size / 2;
                difference += (sea ? 1 : -1) * (double(picture[3 * k + 2]) - picture[3 * k]);
            }
            return difference / double(size * size / 2);
        };
        QVERIFY(bluer(-16.2, 20, true) > 50); // Mauritania
        QVERIFY(bluer(22, 32.2, false) > 50); // Cyrenaica
        const auto forest = colour(-66, -2), desert = colour(10, 24), ice = colour(-42, 73);
        QVERIFY(forest[1] > forest[0] && forest[1] > forest[2] && forest[0] < 60);
        QVERIFY(desert[0] > desert[1] && desert[1] > desert[2] && desert[0] > 150);
        QVERIFY(ice[2] > 220);
    }
};

QTEST_APPLESS_MAIN(TestDatasets)
#include "tst_datasets.moc"
