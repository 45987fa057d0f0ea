// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/date.h"
#include "engine/layouttools.h"

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> l1c = {"B01", "B02", "B03", "B04", "B05", "B06", "B07",
                                      "B08", "B8A", "B09", "B10", "B11", "B12"};

std::vector<std::string> l2a()
{
    auto bands = l1c;
    std::erase(bands, "B10");
    return bands;
}

int metresOf(const std::string& band)
{
    if (band == "B01" || band == "B09" || band == "B10") return 60;
    return band == "B02" || band == "B03" || band == "B04" || band == "B08" ? 10 : 20;
}

std::string shortName(std::string band) { return band[1] == '0' ? band.erase(1, 1) : band; }

} // namespace

class TestLayouts : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return pathIn(m_folder, name); }
    std::shared_ptr<Pack> open(const std::string& file, const Json& more = Json::object()) const
    {
        auto params = recognised(path(file));
        const std::string name = params["name"];
        params.erase("name");
        params.update(more);
        return opened(name, params, path("cache"));
    }
    std::string refused(const std::string& file) const
    {
        return errorOf([&] { open(file); });
    }
    void eurosat(const std::string& folder) const
    {
        for (const char* const kind : {"AnnualCrop", "SeaLake"})
            for (int n = 1; n <= 3; ++n)
                writeImage(path(folder) / kind / (kind + ("_" + std::to_string(n)) + ".tif"), {16, 16, 13},
                           [&](int b, int x, int) { return 1000 * n + 10 * b + x; });
    }
    void seasons(const std::string& folder, const std::vector<std::string>& bands, const char* look,
                 GDALDataType type) const
    {
        for (std::size_t b = 0; b < bands.size(); ++b) {
            const auto side = bands[b] == "VV" || bands[b] == "VH" ? 24 : 240 / metresOf(bands[b]);
            writeImage(path(folder) / look / (shortName(bands[b]) + ".tif"), {side, side, 1, type, 240.0 / side},
                       [&](int, int x, int y) { return 10.0 * double(b) + x + y; });
        }
    }

    // Four patches of BigEarthNet v2: the first without radar, the second without a map, the last without any image.
    void bigearthnet(const std::string& folder) const
    {
        std::string table = "patch_id,labels,split,country,s1_name\n";
        const std::array labels = {"\"['Arable land'\n 'Moors, heathland and sclerophyllous vegetation']\"",
                                   "\"['Mixed forest' 'Inland waters']\"", "['Pastures']", "['Pastures']"};
        for (int n = 0; n < 4; ++n) {
            const std::string scene = "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP",
                              pass = "S1A_IW_GRDH_1SDV_20170614T165043";
            const auto patch = scene + "_26_5" + std::to_string(n), radar = pass + "_33UUP_26_5" + std::to_string(n);
            table += patch + "," + labels[std::size_t(n)] + "," +
                     (n == 0   ? "train"
                      : n == 1 ? "validation"
                               : "test") +
                     "," + (n == 1 ? "Austria" : "Serbia") + "," + radar + "\n";
            if (n == 3) continue;
            for (const auto& band : l2a()) {
                const int side = 1200 / metresOf(band);
                writeImage(path(folder) / "BigEarthNet-S2" / scene / patch / (patch + "_" + band + ".tif"),
                           {side, side, 1, GDT_UInt16, 1200.0 / side},
                           [&](int, int x, int y) { return 1 + n + x + 100 * y; });
            }
            if (n != 0)
                for (const auto* const band : {"VV", "VH"})
                    writeImage(path(folder) / "BigEarthNet-S1" / pass / radar / (radar + "_" + band + ".tif"),
                               {120, 120, 1, GDT_Float32}, [&](int, int x, int) { return -10.25 - x; });
            if (n != 1) // heath on two thirds, the first label on one
                writeImage(path(folder) / "Reference_Maps" / scene / patch / (patch + "_reference_map.tif"), {120, 120},
                           [&](int, int x, int) { return n == 2   ? 231
                                                         : x < 40 ? 211
                                                                  : 322; });
        }
        writeFile(path(folder) / "metadata.csv", table);
    }

    // A Sentinel-2 product of 24 x 24 pixels of 10 m, which its first 20 m column lacks.
    void safe(const std::string& name, const std::string& level, const std::string& offsets) const
    {
        const auto inside = path(name) / "GRANULE" / ("L" + level + "_T31UFS_A034447_20220125T105315");
        for (const auto& band : level == "1C" ? l1c : l2a()) {
            const int metres = metresOf(band), side = 240 / metres;
            const auto folder = level == "1C" ? "IMG_DATA" : "IMG_DATA/R" + std::to_string(metres) + "m";
            writeImage(inside / folder /
                           ("T31UFS_20220125T105321_" + band +
                            (level == "1C" ? "" : "_" + std::to_string(metres) + "m") + ".jp2"),
                       {side, side, 1, GDT_UInt16, double(metres), "JP2OpenJPEG"},
                       [&](int, int x, int y) { return 1000 + x + 100 * y; });
        }
        const auto quantity =
            level == "1C" ? std::string("QUANTIFICATION_VALUE") : std::string("BOA_QUANTIFICATION_VALUE");
        writeFile(
            path(name) / ("MTD_MSIL" + level + ".xml"),
            "<n1:P "
            "xmlns:n1=\"urn:x\"><D><DATATAKE_SENSING_START>2022-01-25T10:53:21.024Z</DATATAKE_SENSING_START></D><" +
                quantity + " unit=\"none\">10000</" + quantity + ">" + offsets +
                "<SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX></n1:P>");
    }

private Q_SLOTS:
    void eurosatHasItsOwnOrderOfBands()
    {
        eurosat("eurosat");
        const auto pack = open("eurosat");
        auto order = l1c;
        std::erase(order, "B8A");
        order.emplace_back("B8A");
        QCOMPARE(namesOf(pack->format().layers[0]), order);
        QCOMPARE(pack->format().layers[0].sensor, std::string("sentinel-2-l1c"));
        const auto at = indexOf(*pack, "SeaLake/SeaLake_2.tif");
        QCOMPARE(sampleOf<std::uint16_t>(*pack, at, 0, 12, 3, 0), std::uint16_t(2123));
        QCOMPARE(pack->format().classes[std::size_t(pack->patches()[std::size_t(at)].label)], std::string("SeaLake"));
        COMPARE_CONTAINS(errorOf([&] { open("eurosat", {{"bands", "B01,B02"}}); }), "dataset.bands: it names 2 bands");
        COMPARE_CONTAINS(errorOf([&] { open("eurosat", {{"bands", "B01,B99"}}); }), "has no band \"B99\"");
    }

    void listsTellTheSplits()
    {
        eurosat("listed/images");
        writeFile(path("listed/eurosat-train.txt"), "AnnualCrop_1.jpg\r\nSeaLake_1.jpg\n");
        writeFile(path("listed/eurosat-val.txt"), "AnnualCrop_2.jpg\n");
        writeFile(path("listed/eurosat-test.txt"), "SeaLake_3.jpg\n\n");
        writeFile(path("listed/other-train.txt"), "airplane_001.jpg\n");
        for (const char* const from : {"listed", "listed/images"}) { // in the folder, and beside it
            const auto pack = open(from);
            QCOMPARE(pack->size(), 4); // images in no list are left out
            for (const auto& patch : pack->patches())
                QCOMPARE(patch.split == Split::Train, patch.id.find("_1.tif") != std::string::npos);
        }
        writeFile(path("listed/spatial-train.txt"), "AnnualCrop_3.jpg\n");
        COMPARE_CONTAINS(refused("listed"), "are in the lists of eurosat and in those of spatial");
        QCOMPARE(open("listed", {{"lists", "spatial"}})->size(), 1);
        COMPARE_CONTAINS(errorOf([&] {
                             open("listed", {{"lists", "other"}});
                         }),
                         "there is no other-train.txt in or beside listed that");
        writeFile(path("listed/spatial-test.txt"), "AnnualCrop_3.jpg\n");
        COMPARE_CONTAINS(refused("listed"), "spatial-train.txt: names AnnualCrop_3.jpg, which");
    }

    void bigEarthNetHasAllItsLabels()
    {
        bigearthnet("ben");
        const auto pack = open("ben");
        QCOMPARE(pack->size(), 3);
        const auto& format = pack->format();
        QCOMPARE(format.sizePx, 120);
        QCOMPARE(format.gsdM, 10.0);
        QCOMPARE(format.layers.size(), std::size_t(3));
        QCOMPARE(namesOf(format.layers[0]), l2a());
        QCOMPARE(namesOf(format.layers[1]), (std::vector<std::string>{"VV", "VH"}));
        // a pixel of 60, 10 and 20 m
        for (const auto& [band, metres] : {std::pair(std::size_t(0), 60), {1, 10}, {4, 20}})
            QCOMPARE(sampleOf<std::uint16_t>(*pack, 1, 0, band, 119, 50),
                     std::uint16_t(2 + 119 * 10 / metres + 100 * (50 * 10 / metres)));
        QVERIFY(!pack->record(0, 1));
        QCOMPARE(sampleOf<float>(*pack, 1, 1, 0, 5, 0), -15.25f);
        QVERIFY(!pack->record(1, 2));
        QCOMPARE(sampleOf<std::uint16_t>(*pack, 0, 2, 0, 50, 0), std::uint16_t(322));
        const auto factor = [&](const std::string& name, std::size_t patch) {
            for (std::size_t f = 0; f < format.factors.size(); ++f)
                if (format.factors[f].name == name) return pack->factor(f)[patch];
            return NAN;
        };
        QCOMPARE(factor("Arable land", 0), 1.f);
        QCOMPARE(factor("Moors, heathland and sclerophyllous vegetation", 0), 1.f);
        QCOMPARE(factor("Mixed forest", 0), 0.f);
        QCOMPARE(factor("Inland waters", 1), 1.f);
        QCOMPARE(factor("country", 0), 1.f);
        const auto label = [&](std::size_t patch) { return format.classes[std::size_t(pack->patches()[patch].label)]; };
        QCOMPARE(label(0), std::string("Moors, heathland and sclerophyllous vegetation")); // most of the map
        QCOMPARE(label(1), std::string("Mixed forest"));                                   // the first, without a map
        QVERIFY(pack->patches()[0].split == Split::Train && pack->patches()[1].split == Split::Test);
        QCOMPARE(dateText(pack->patches()[0].day), std::string("2017-06-13"));
        fs::remove_all(path("ben/Reference_Maps")); // and the pack is another
        QCOMPARE(open("ben")->format().layers.size(), std::size_t(2));
        QVERIFY(std::abs(pack->patches()[0].lon - 3.0076) < 1e-3 && std::abs(pack->patches()[0].lat - 45.148) < 1e-3);
    }

    void bigEarthNetSaysWhatIsMissing()
    {
        bigearthnet("broken");
        const auto patch = path("broken/BigEarthNet-S2") / "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP" /
                           "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP_26_51";
        const auto band = patch / (patch.filename().string() + "_B06.tif");
        fs::rename(band, path("aside.tif"));
        COMPARE_CONTAINS(refused("broken"), band.string() + ": is not there, so that band B06 is missing");
        writeImage(band, {60, 60, 1, GDT_Float32, 20}, [](int, int, int) { return 1; });
        COMPARE_CONTAINS(refused("broken"),
                         band.string() + ": its numbers are float32, and those of the first file uint16");
        writeImage(band, {60, 60, 2, GDT_UInt16, 20}, [](int, int, int) { return 1; });
        COMPARE_CONTAINS(refused("broken"), band.string() + ": has 2 bands, and one is wanted");
        const auto table = bytesIn(path("broken/metadata.csv"));
        fs::rename(path("aside.tif"), band);
        writeFile(path("broken/metadata.csv"), table + "x,['Jungle'],train,Serbia,y\n");
        QCOMPARE(open("broken")->size(), 3); // rows without images are not looked at
        auto other = table;
        writeFile(path("broken/metadata.csv"), other.replace(other.find("'Pastures'"), 10, "'Jungle'"));
        COMPARE_CONTAINS(refused("broken"), "row 3: its labels (['Jungle']) are not all of BigEarthNet's 19 classes");
        writeFile(path("broken/metadata.csv"), "patch_id,split\na,train\n");
        COMPARE_CONTAINS(refused("broken"), "metadata.csv: has no column s1_name");
        fs::remove(path("broken/metadata.csv"));
        COMPARE_CONTAINS(refused("broken"), "holds no metadata.csv");
        writeFile(path("broken/metadata.parquet"), "PAR1");
        COMPARE_CONTAINS(refused("broken/BigEarthNet-S2"),
                         "metadata.parquet is in a format that Revisit does not read");
    }

    void fmowHasItsDates()
    {
        std::string table = ",category,location_id,image_id,timestamp,polygon\n", header = table;
        int row = 0;
        for (const char* const kind : {"zoo", "airport"})
            for (const int look : {0, 7, 100}) {
                const auto place = kind + std::string("_0"), name = place + "_" + std::to_string(look);
                if (look != 100) // as where only some were downloaded
                    writeImage(path("fmow/train") / kind / place / (name + ".tif"), {20 + look, 20, 13},
                               [&](int b, int, int) { return 100 * b + look + 1; });
                table += std::to_string(row++) + "," + kind + ",0," + std::to_string(look) + ",201" +
                         (look ? "7" : "6") +
                         "-08-22T10:30:00Z,\"POLYGON ((10 50, 10.2 50, 10.2 50.1, 10 50.1, 10 50))\"\n";
            }
        writeFile(path("fmow/train.csv"), table);
        const auto pack = open("fmow", {{"size_px", 20}});
        QCOMPARE(pack->size(), 4);
        QCOMPARE(pack->format().classes, (std::vector<std::string>{"airport", "zoo"}));
        QCOMPARE(namesOf(pack->format().layers[0]), l1c);
        const auto first = indexOf(*pack, "train/zoo_0_0"), second = indexOf(*pack, "train/zoo_0_7");
        const auto &a = pack->patches()[std::size_t(first)], &b = pack->patches()[std::size_t(second)];
        QVERIFY(a.place == b.place &&
                a.place != pack->patches()[std::size_t(indexOf(*pack, "train/airport_0_0"))].place);
        QCOMPARE(dateText(a.day), std::string("2016-08-22"));
        QCOMPARE(dateText(b.day), std::string("2017-08-22"));
        QVERIFY(std::abs(a.lon - 10.1) < 1e-9 && std::abs(a.lat - 50.05) < 1e-9 && a.label == 1);
        QCOMPARE(sampleOf<std::uint16_t>(*pack, second, 0, 12, 19, 19), std::uint16_t(1208));
        QCOMPARE(std::string(recognised(path("fmow/train.csv"))["name"]), std::string("fmow"));

        writeFile(path("fmow/train.csv"), header + "0,zoo,0,0,soon,\n");
        COMPARE_CONTAINS(refused("fmow"), "train.csv: row 1: soon is no timestamp");
        writeFile(path("fmow/train.csv"), header + "0,zoo,0,33,2016-08-22T10:30:00Z,\n");
        COMPARE_CONTAINS(refused("fmow"), "none of the images that the tables of");
        writeFile(path("fmow/train.csv"), header + "0,../zoo,0,0,2016-08-22T10:30:00Z,\n");
        COMPARE_CONTAINS(refused("fmow"), "row 1: \"../zoo\" is no name of a file or folder");
        writeFile(path("fmow/train.csv"), "category,location_id,image_id\nzoo,0,0\n");
        COMPARE_CONTAINS(refused("fmow"), "train.csv: has no column timestamp");
        writeFile(path("fmow/train.csv"), table);
        const auto image = path("fmow/train/zoo/zoo_0/zoo_0_7.tif");
        writeImage(image, {20, 20, 13, GDT_Float32}, [](int, int, int) { return 1; });
        COMPARE_CONTAINS(refused("fmow"), image.string() + ": its numbers are float32");
        writeImage(image, {20, 20, 1}, [](int, int, int) { return 1; });
        COMPARE_CONTAINS(refused("fmow"), image.string() + " has 1");
    }

    void looksAtAPlaceAreOneGroup()
    {
        for (const char* const place : {"000000", "000001"})
            for (const char* const date : {"20190604", "20190901"})
                seasons(std::string("seco/seasonal_contrast_100k/") + place, l2a(),
                        (date + std::string("T054639_T43SBR")).c_str(), GDT_Byte);
        const auto pack = open("seco");
        QCOMPARE(pack->size(), 4);
        QCOMPARE(pack->format().sizePx, 24);
        QCOMPARE(namesOf(pack->format().layers[0]), l2a());
        QCOMPARE(pack->format().layers[0].bands[0].scale, 1.0 / 255); // reflectance of 0 to 1
        QVERIFY(!pack->format().layers[0].bands[0].nodata);
        const auto& looks = pack->patches();
        QCOMPARE(looks[1].id, std::string("000000/2019-09-01"));
        QVERIFY(looks[0].place == looks[1].place && looks[1].place != looks[2].place &&
                looks[0].split == looks[1].split);
        QCOMPARE(dateText(looks[1].day), std::string("2019-09-01"));
        QCOMPARE(sampleOf<std::uint8_t>(*pack, 0, 0, 0, 23, 7), std::uint8_t(3 + 1)); // B1, of 60 m
        QCOMPARE(sampleOf<std::uint8_t>(*pack, 0, 0, 1, 23, 7), std::uint8_t(10 + 23 + 7));
        const auto lost = path("seco/seasonal_contrast_100k/000001/20190901T054639_T43SBR/B11.tif");
        fs::remove(lost);
        COMPARE_CONTAINS(refused("seco"), lost.string() + ": is not there, so that band B11 is missing");
        writeImage(lost, {12, 12, 1, GDT_UInt16, 20}, [](int, int, int) { return 1; });
        COMPARE_CONTAINS(refused("seco"),
                         lost.string() + ": its numbers are uint16, and those of the first file uint8");
    }

    void ssl4eoPutsADaysLooksTogether()
    {
        seasons("ssl/s2c/0000000", l1c, "20200604T054639_20200604T054831_T43SBR", GDT_UInt16);
        seasons("ssl/s2a/0000000", l2a(), "20200604T054639_20200604T054831_T43SBR", GDT_UInt16);
        seasons("ssl/s2a/0000000", l2a(), "20200604T054639_20200604T054831_T43SBS", GDT_UInt16); // again that day
        seasons("ssl/s1/0000000", {"VV", "VH"}, "S1A_IW_GRDH_1SDV_20200607T010800_20200607T010825_032903_03CFB4_2A83",
                GDT_Float32);
        const auto pack = open("ssl");
        QCOMPARE(pack->format().layers.size(), std::size_t(3));
        QCOMPARE(pack->size(), 3);
        const auto same = indexOf(*pack, "0000000/2020-06-04"), again = indexOf(*pack, "0000000/2020-06-04/2"),
                   radar = indexOf(*pack, "0000000/2020-06-07");
        QVERIFY(pack->record(same, 0) && pack->record(same, 1) && !pack->record(same, 2));
        QVERIFY(pack->record(again, 0) && !pack->record(again, 1));
        QVERIFY(!pack->record(radar, 0) && pack->record(radar, 2));
        QCOMPARE(pack->format().layers[0].sensor, std::string("sentinel-2-l2a"));
        QCOMPARE(namesOf(pack->format().layers[1]), l1c);
        QCOMPARE(sampleOf<float>(*pack, radar, 2, 1, 3, 4), 17.f);
        QCOMPARE(std::string(recognised(path("ssl/s1"))["name"]), std::string("seasons"));
    }

    void productsKeepScaleAndOffset()
    {
        for (const std::string level : {"1C", "2A"}) {
            const auto name = "S2A_MSIL" + level + "_20220125T105321_N0400_R051_T31UFS_20220125T130000.SAFE";
            const auto tag = level == "1C" ? std::string("RADIO_ADD_OFFSET") : std::string("BOA_ADD_OFFSET");
            safe(name, level,
                 "<" + tag + " band_id=\"1\">-1000</" + tag + "><" + tag + " band_id=\"12\">-500</" + tag + ">");
            const auto pack = open(name, {{"size_px", 8}});
            const auto& layer = pack->format().layers[0];
            QCOMPARE(namesOf(layer), level == "1C" ? l1c : l2a());
            QCOMPARE(layer.bands[1].scale, 1e-4);
            QCOMPARE(layer.bands[1].offset, -0.1);
            QCOMPARE(layer.bands[0].offset, 0.0);
            QCOMPARE(layer.bands.back().offset, -0.05); // B12, which has this number in both levels
            QCOMPARE(layer.bands[0].nodata, std::optional<double>(0.0));
            QCOMPARE(pack->size(), 9);
            QCOMPARE(dateText(pack->patches()[0].day), std::string("2022-01-25"));
            const auto at = indexOf(*pack, "r1c2"); // begins at 16, 8
            for (const auto& [band, metres] : {std::pair(std::size_t(0), 60), {1, 10}, {4, 20}})
                QCOMPARE(sampleOf<std::uint16_t>(*pack, at, 0, band, 3, 5),
                         std::uint16_t(1000 + 190 / metres + 100 * (130 / metres)));
            // the same from a zip, and from the metadata
            std::vector<ZipEntry> entries;
            for (const auto& file : fs::recursive_directory_iterator(path(name)))
                if (file.is_regular_file())
                    entries.push_back({name + "/" + file.path().lexically_relative(path(name)).generic_string(),
                                       bytesIn(file.path())});
            writeFile(path(name + ".zip"), zip(entries));
            for (const auto& other : {name + ".zip", name + "/MTD_MSIL" + level + ".xml"}) {
                const auto same = open(other, {{"size_px", 8}});
                QCOMPARE(same->size(), pack->size());
                QCOMPARE(same->format().layers[0].bands[1].offset, -0.1);
                for (std::int64_t i = 0; i < pack->size(); ++i)
                    QCOMPARE(std::memcmp(same->record(i), pack->record(i), pack->format().recordBytes()), 0);
            }
        }
    }

    void productsSayWhatIsMissing()
    {
        const std::string name = "S2B_MSIL2A_20220125T105321_N0400_R051_T31UFS_20220125T130000.SAFE";
        safe(name, "2A", "<BOA_ADD_OFFSET band_id=\"13\">-1000</BOA_ADD_OFFSET>");
        const auto metadata = path(name) / "MTD_MSIL2A.xml";
        safe("several/" + name, "2A", "");
        QCOMPARE(recognised(path("several"))["path"], path("several/" + name).string());
        fs::create_directories(path("several/other.SAFE"));
        COMPARE_CONTAINS(refused("several"), "several: holds 2 products of Sentinel-2; choose one of them");
        COMPARE_CONTAINS(refused(name), metadata.string() + ": BOA_ADD_OFFSET is of a band 13, which there is not");
        const auto with = [&](const std::string& from, const std::string& to) {
            safe(name, "2A", "");
            auto text = bytesIn(metadata);
            writeFile(metadata, text.replace(text.find(from), from.size(), to));
            return refused(name);
        };
        COMPARE_CONTAINS(with("10000", "many"), ": BOA_QUANTIFICATION_VALUE is no number (many)");
        COMPARE_CONTAINS(with("10000", "0"), ": BOA_QUANTIFICATION_VALUE is not above 0");
        COMPARE_CONTAINS(with("2022-01-25T", "one day"), ": has no date (DATATAKE_SENSING_START)");
        COMPARE_CONTAINS(with("</D>", ""), metadata.string() + ": is no XML");
        safe(name, "2A", "");
        const auto granule = path(name) / "GRANULE" / "L2A_T31UFS_A034447_20220125T105315";
        const auto band = granule / "IMG_DATA" / "R20m" / "T31UFS_20220125T105321_B11_20m.jp2";
        writeFile(band, "no image");
        COMPARE_CONTAINS(refused(name), "B11_20m.jp2: cannot be read as an image");
        fs::remove(band);
        COMPARE_CONTAINS(refused(name), "has no image of band B11");
        safe(name, "2A", "");
        fs::copy(granule, path(name) / "GRANULE" / "L2A_T31UFT_A034447_20220125T105315", fs::copy_options::recursive);
        COMPARE_CONTAINS(refused(name), "has 2 granules");
        fs::remove(metadata);
        COMPARE_CONTAINS(refused(name), "has no MTD_MSIL1C.xml or MTD_MSIL2A.xml");
    }
};

QTEST_APPLESS_MAIN(TestLayouts)
#include "tst_layouts.moc"
