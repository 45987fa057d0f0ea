// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/vector.h"
#include "engine/hostiletools.h"
#include "engine/packtools.h"
#include "experiments/eventlog.h"
#include "experiments/experiment.h"
#include "experiments/rundirectory.h"
#include "experiments/weights.h"

// Hostile tables, packs, weights and run directories.
namespace revisit::testing {

inline void readTable(const std::filesystem::path& file) { Vector table(file); }

inline void addTables(Corpus& corpus)
{
    const auto csv = [&](const char* what, const std::string& text) {
        corpus.file("CSV", what, "table.csv", text, readTable);
    };
    csv("empty", "");
    csv("longitude and latitude swapped", "file,lon,lat\na,51.5,-0.1\nb,48.8,120.3\n");
    csv("metres", "file,x,y\na,500000,4649776\n");
    csv("no number for infinity", "file,lon,lat\na,1e999,5\n");
    csv("latitude 91", "file,lon,lat\na,5,91\n");
    csv("bytes of an image", jpeg());
    csv("zeros", std::string(4096, '\0'));
    csv("nothing but quotes", std::string(4096, '"'));
    // a table can be read of these, whatever it says
    const auto odd = [&](const char* what, const std::string& text) {
        corpus.file("CSV", what, "table.csv", text, readTable, true);
    };
    odd("a quote that does not end", "file,lon,lat\n\"a,1,2\nb,3,4\n");
    odd("quotes within", "file,lon,lat\na\"b\"c,1,2\n\"d\"e,3,4\n");
    odd("more fields than columns", "file,lon,lat\na,1,2,3,4,5\n");
    odd("50,000 columns", std::string(50000, ',') + "\n1\n");
    odd("a line of 40 MB", "file\n" + std::string(40 << 20, 'x') + "\n");
    odd("not UTF-8", "file,lon,lat\n\xff\xfe,1,2\n");

    const auto table = [&](const char* what, const std::string& text) { // beside images
        const auto folder = corpus.newFolder();
        corpus.add({"CSV", what,
                    [folder, text] {
                        const auto image = png(16, 16, 0, std::string(17 * 16, '\0'));
                        writeFile(folder / "images/1.png", image);
                        writeFile(folder / "images/2.png", image);
                        writeFile(folder / "images/index.csv", text);
                        opened("folder", {{"path", (folder / "images").string()}}, folder / "cache");
                    },
                    "index.csv"});
    };
    table("no column of files", "lon,lat\n1,2\n");
    table("other files", "file\na.tif\nb.tif\n");
    table("a column of numbers for files", "file\n1\n2\n");
    table("the 45th of a month", "file,date\n1.png,2020-13-45\n2.png,2020-01-01\n");
    table("no date", "file,date\n1.png,yesterday\n2.png,2020-01-01\n");
    table("swapped", "file,lon,lat\n1.png,10,170\n2.png,20,30\n");

    const auto json = [&](const char* what, const std::string& text, bool harmless = false) {
        corpus.file("GeoJSON", what, "fields.geojson", text, readTable, harmless);
    };
    const auto shape = [](const std::string& geometry) {
        return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":)" +
               geometry + "}]}";
    };
    corpus.cut("GeoJSON", "cut.geojson", shape(R"({"type":"Point","coordinates":[5,50]})"), 12, readTable);
    json("100,000 brackets", std::string(100000, '['));
    json("100,000 objects", [] {
        std::string all;
        for (int i = 0; i < 100000; ++i) all += "{\"a\":";
        return all;
    }());
    json("coordinates 100,000 deep",
         shape(R"({"type":"Polygon","coordinates":)" + std::string(100000, '[') + std::string(100000, ']') + "}"));
    json("swapped", shape(R"({"type":"Point","coordinates":[50,170]})"));
    json("metres", shape(R"({"type":"Point","coordinates":[500000,5000000]})"));
    json("no features", R"({"type":"Topology"})");
    json("a number", "7");
    json("text for coordinates", shape(R"({"type":"Point","coordinates":["a","b"]})"), true);
    json("a polygon of one point", shape(R"({"type":"Polygon","coordinates":[[[5,50]]]})"), true);
    json("an empty polygon", shape(R"({"type":"Polygon","coordinates":[]})"), true);
    json(
        "an unknown reference system",
        R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::99999"}},"features":[]})",
        true);
    corpus.file("GeoPackage", "a head alone", "x.gpkg", "SQLite format 3" + std::string(1, '\0'), readTable);
    corpus.file("GeoPackage", "zeros", "x.gpkg", std::string(8192, '\0'), readTable);
    corpus.file("GeoPackage", "another file", "x.gpkg", jpeg(), readTable);
    corpus.file("Shapefile", "a head alone", "x.shp", bigEndian(9994) + std::string(96, '\0'), readTable);
    corpus.file("Shapefile", "zeros", "x.shp", std::string(200, '\0'), readTable);
    corpus.file("Shapefile", "a million records declared", "x.shp",
                bigEndian(9994) + std::string(20, '\0') + bigEndian(0x7fffffff) + raw(1000) + raw(5) +
                    std::string(64, '\0') + bigEndian(1) + bigEndian(0x7ffffff0) + raw(5),
                readTable, true);
}

inline void readPack(const std::filesystem::path& file)
{
    const auto pack = Pack::open(file);
    for (std::int64_t i = 0; i < pack->size(); ++i) pack->rgb(i);
}

inline void addPacks(Corpus& corpus)
{
    const auto path = corpus.newFolder() / "good.pack";
    writeSmall(path);
    const auto good = bytesIn(path);
    corpus.cut("pack", "cut.pack", good, 24, readPack);
    packlayout::Preamble p;
    std::memcpy(&p, good.data(), sizeof p);
    corpus.flip("pack", "changed.pack", good, 0, p.recordsAt, 40, readPack); // which the checksum sees
    corpus.flip("pack", "forged.pack", good, 16, p.recordsAt, 60, readPack, forged);
}

inline void addWeights(Corpus& corpus)
{
    const auto read = [](const std::filesystem::path& file) { readWeights(file); };
    const auto path = corpus.newFolder() / "good.safetensors";
    writeFile(path, "");
    writeTensors(path, {{"a", at::ones({3, 4})}, {"b", at::ones({5}, at::kHalf)}});
    const auto good = bytesIn(path);
    corpus.cut("safetensors", "cut.safetensors", good, 16, read);
    corpus.flip("safetensors", "changed.safetensors", good, 0, 140, 28, read);
    for (const char* shape :
         {"[0,4611686018427387904,4611686018427387904]", "[4611686018427387904,0]", "[0,9223372036854775807]"}) {
        const auto header = std::string(R"({"a":{"dtype":"F32","shape":)") + shape + R"(,"data_offsets":[0,0]}})";
        corpus.file("safetensors", std::string("nothing of shape ") + shape, "vast.safetensors",
                    raw(static_cast<std::uint64_t>(header.size())) + header, read);
    }
    const auto torch = bytesIn(REVISIT_SOURCE "/tests/parity/state.pth");
    corpus.cut("torch.save", "cut.pth", torch, 16, read);
    corpus.flip("torch.save", "changed.pth", torch, 0, torch.size(), 40, read);
    corpus.file("torch.save", "pickle alone", "old.pth", "\x80\x02}q\x01.", read);
    corpus.file("torch.save", "a page", "page.pth", "<html>not found</html>", read);
}

inline void addRuns(Corpus& corpus)
{
    const auto run = [&](const char* what, const std::string& text, const char* names = "run.json") {
        corpus.file(
            "run.json", what, "run.json", text,
            [](const std::filesystem::path& file) { Experiment(readRunFile(file)).dataset->check(); }, false, names);
    };
    run("empty", "");
    run("a list", "[]");
    run("cut short", R"({"training": {"steps": 5)");
    run("a comma too many", R"({"training": {"steps": 5,}})");
    run("two objects", "{} {}");
    run("100,000 brackets", std::string(100000, '['));
    run("100,000 objects", [] {
        std::string all;
        for (int i = 0; i < 100000; ++i) all += "{\"a\":";
        return all;
    }());
    run("not UTF-8", "{\"name\": \"\xff\xfe\"}");
    run("zeros", std::string(4096, '\0'));
    run("1e999 steps", R"({"training": {"steps": 1e999}})");
    run("NaN", R"({"training": {"steps": NaN}})");
    run("20 MB", "{\"note\": \"" + std::string(20 << 20, 'x') + "\"}");
    run("an unknown section", R"({"trainings": {}})", "trainings");
    run("a misspelt key", R"({"training": {"stepps": 5}})", "training.stepps");
    run("text for a number", R"({"training": {"steps": "5"}})", "training.steps");
    run("an object for a number", R"({"training": {"steps": {}}})", "training.steps");
    run("2^64 steps", R"({"training": {"steps": 18446744073709551616}})", "training.steps");
    run("-1 steps", R"({"training": {"steps": -1}})", "training.steps");
    run("half a step", R"({"training": {"steps": 0.5}})", "training.steps");
    run("a section that is a number", R"({"training": 5})", "training");
    run("a section that is null", R"({"objective": null})", "objective");
    run("no such objective", R"({"objective": {"name": "../../etc/passwd"}})", "objective");
    run("a number for a name", R"({"objective": {"name": 7}})", "objective");
    run("no such data set", R"({"dataset": {"name": "x"}})", "dataset");
    run("no such folder", R"({"dataset": {"name": "folder", "path": "/nowhere"}})", "/nowhere");
    run("no path", R"({"dataset": {"name": "folder"}})", "dataset.path");
    run("an unknown augmentation", R"({"augmentations": {"blurr": {}}})", "augmentations.blurr");
    run("a probability of 2", R"({"augmentations": {"blur": {"probability": 2}}})", "augmentations.blur.probability");
    run("a list where a number belongs", R"({"optimizer": {"learning_rate": [1, 2]}})", "optimizer.learning_rate");
    run("a projector of text", R"({"objective": {"name": "simclr", "projector": ["a"]}})", "objective.projector");
    run("a projector of 2^62", R"({"objective": {"name": "simclr", "projector": [4611686018427387904]}})",
        "objective.projector");

    const std::string started = R"({"event":"started","protocol":1,"config":{"seed":1}})";
    const auto events = [&](const char* what, const std::string& text, bool harmless = false) {
        corpus.file(
            "events.jsonl", what, "events.jsonl", text,
            [](const std::filesystem::path& file) {
                progressOf(file.parent_path());
                recordingOf(file.parent_path());
                EventLog log(file);
            },
            harmless);
    };
    events("empty", "");
    events("no line is whole", started);
    events("zeros", std::string(4096, '\0') + "\n");
    events("another protocol", R"({"event":"started","protocol":2,"config":{}})"
                               "\n");
    events("no protocol", R"({"event":"started","config":{}})"
                          "\n");
    events("a start that is cut short", R"({"event":"started","protocol":1,"con)"
                                        "\n");
    events("no settings", R"({"event":"started","protocol":1})"
                          "\n");
    events("a start 100,000 deep", R"({"event":"started","protocol":)" + std::string(100000, '[') + "\n");
    // these lines are passed over, as protocol.md has it
    for (const char* line :
         {R"({"event":"resumed"})", R"({"event":"resumed","from_step":"x"})", R"({"event":"probe"})",
          R"({"event":"probe","step":1e300})", R"({"event":"step","step":null})", R"({"event":"step",)",
          R"({"event":"changed","step":{},"do":"set"})", R"({"event":"resumed","from_step":9223372036854775807})",
          "\xff\xfe", R"({"event":"patches","patches":7})"})
        events(line, started + "\n" + R"({"event":"step","step":3})" + "\n" + line + "\n", true);
}

} // namespace revisit::testing
