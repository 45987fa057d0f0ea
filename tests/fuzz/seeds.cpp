// SPDX-License-Identifier: Apache-2.0
// fuzz_seeds DIR SOURCE: the corpora that the targets begin from, a folder each: small good files of every kind.
#include "datasets/pack.h"
#include <fstream>
#include <iostream>

using namespace revisit;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const std::string& bytes)
{
    fs::create_directories(file.parent_path());
    if (!(std::ofstream(file, std::ios::binary) << bytes)) throw std::runtime_error("cannot write " + file.string());
}

// One or two layers, with and without labels, factors and shared records.
void writePacks(const fs::path& folder)
{
    for (const bool rich : {false, true}) {
        PackContents contents;
        auto& format = contents.format;
        format.name = "seed";
        format.sizePx = 8;
        format.layers = {{"rgb", "", Sample::UInt8, displayBands()}};
        contents.patches.resize(4);
        for (std::size_t i = 0; i < 4; ++i) contents.patches[i].id = std::to_string(i);
        contents.patches[3].split = Split::Test;
        if (rich) {
            Band band;
            band.name = "B04", band.scale = 1e-4, band.nodata = 0;
            format.layers.push_back({"s2", "sentinel-2-l2a", Sample::UInt16, {band}});
            format.classes = {"land", "sea"};
            format.factors = {{"heat", "K", 0, {}}, {"crop", "", 0, {"rye", "oats"}}};
            contents.factors = {{1, 2, NAN, 4}, {0, 1, 1, NAN}};
            contents.records = {{0, 0, 1, 2}, {Pack::noRecord, 0, 1, Pack::noRecord}};
            contents.patches[1].label = 1, contents.patches[1].lon = 3, contents.patches[1].lat = 4;
        }
        writePack(
            folder / (rich ? "rich.pack" : "plain.pack"), contents,
            [](std::size_t, std::int64_t i, std::span<std::byte> record) {
                for (std::size_t k = 0; k < record.size(); ++k)
                    record[k] = static_cast<std::byte>(k * 7 + std::size_t(i));
            },
            [](double, const std::string&) { return true; }, 1);
    }
}

std::string tensors(const std::string& header, std::size_t bytes)
{
    const std::uint64_t length = header.size();
    return std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(bytes, '\0');
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 3) return std::cerr << "fuzz_seeds DIR SOURCE\n", 2;
    const fs::path to = arguments[1], source = arguments[2];
    writePacks(to / "pack");
    put(to / "safetensors/two",
        tensors(R"({"__metadata__":{"by":"seed"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
                R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}})",
                22));
    put(to / "safetensors/none", tensors("{}", 0));
    put(to / "events/lines", R"({"event":"started","protocol":1,"config":{"seed":1},"device":"cpu"})"
                             "\n"
                             R"({"event":"patches","count":3})"
                             "\n"
                             R"({"event":"step","step":4,"loss":null,"terms":{"a":1.5}})"
                             "\n"
                             R"({"event":"changed","step":4,"do":"set","key":"objective.temperature","value":0.2})"
                             "\n"
                             R"({"event":"probe","step":4,"metrics":{"linear":0.5}})"
                             "\n"
                             R"({"event":"resumed","from_step":2})"
                             "\n");
    put(to / "events/request", R"({"id":"1","do":"stop","pid":7,"process_start":8,"state":"started","host":"here"})"
                               "\n");
    put(to / "run/all",
        R"({"name":"a","seed":1,"dataset":{"name":"pack","path":"x"},"sampler":{"name":"temporal"},"training":{"steps":5,"layers":"all"},)"
        R"("augmentations":{"blur":{"probability":0.5}},"schedule":{},"evaluation":{"every":2},"weights":{"path":""}})");
    for (const auto& lab : fs::recursive_directory_iterator(source / "resources/labs"))
        if (lab.path().extension() == ".json")
            fs::copy_file(lab, to / "run" / lab.path().filename(), fs::copy_options::overwrite_existing);
}
