// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/date.h"
#include "datasets/base/files.h"
#include "datasets/leak.h"
#include "datasets/soundness.h"
#include "experiments/experiment.h"
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <memory>
#include <set>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

Json orNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json exampleOf(const Pack& pack)
{
    const auto& patch = pack.patches().front();
    return {{"id", patch.id},
            {"lon", orNull(patch.lon)},
            {"lat", orNull(patch.lat)},
            {"date", patch.dated() ? Json(dateText(patch.day)) : Json()}};
}

// As `splitter`, which the experiment calls `split`, parts it.
Json summary(const Pack& pack, const std::string& split, const Splitter& splitter)
{
    const auto leak = leakOf(pack);
    const auto& format = pack.format();
    std::set<std::uint32_t> places;
    std::set<std::int32_t> days;
    for (const auto& patch : pack.patches()) {
        places.insert(patch.place);
        if (patch.dated()) days.insert(patch.day);
    }
    Json all = {{"file", pack.file().string()},
                {"name", format.name},
                {"patches", pack.size()},
                {"places", places.size()},
                {"train", pack.indices(Split::Train).size()},
                {"test", pack.indices(Split::Test).size()},
                {"size_px", format.sizePx},
                {"gsd_m", orNull(format.gsdM)},
                {"split", split},
                {"leak", leak.values()},
                {"warnings", Json::array()},
                {"attribution", format.attribution},
                {"example", exampleOf(pack)},
                {"layers", Json::array()},
                {"dates", Json::array()},
                {"classes", Json::array()},
                {"factors", Json::array()}};
    for (const auto& trouble : {splitter.isByTime() ? std::string() : leak.warning(), unsaidOffset(pack)})
        if (!trouble.empty()) all["warnings"].push_back(trouble);
    auto statistics = pack.statistics().begin();
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        const auto& layer = format.layers[l];
        Json bands = Json::array();
        for (const auto& band : layer.bands) {
            bands.push_back({{"name", band.name},
                             {"common", band.common},
                             {"wavelength_nm", orNull(band.wavelengthNm)},
                             {"width_nm", orNull(band.widthNm)},
                             {"unit", band.unit},
                             {"scale", band.scale},
                             {"offset", band.offset},
                             {"nodata", band.nodata ? Json(*band.nodata) : Json()},
                             {"mean", statistics->mean},
                             {"deviation", statistics->deviation},
                             {"minimum", statistics->least},
                             {"maximum", statistics->most},
                             {"low", statistics->low},
                             {"high", statistics->high}});
            ++statistics;
        }
        all["layers"].push_back({{"name", layer.name},
                                 {"sensor", layer.sensor},
                                 {"type", nameOf(layer.sample)},
                                 {"records", pack.records(l)},
                                 {"bands", bands}});
    }
    for (const auto day : days) all["dates"].push_back(dateText(day));
    std::vector<std::int64_t> counts(format.classes.size());
    for (const auto& patch : pack.patches())
        if (patch.label >= 0) ++counts[static_cast<std::size_t>(patch.label)];
    for (std::size_t i = 0; i < counts.size(); ++i)
        all["classes"].push_back({{"name", format.classes[i]}, {"patches", counts[i]}});
    for (const auto& factor : format.factors)
        all["factors"].push_back({{"name", factor.name}, {"unit", factor.unit}, {"choices", factor.choices}});
    return all;
}

// An image or a table that is no data set yet.
void printFile(const Json& all)
{
    for (const auto& [key, value] : all.items())
        if (!value.is_array())
            std::cout << key << ": " << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
    for (const char* const list : {"bands", "columns"})
        for (const auto& item : all.value(list, Json::array())) {
            std::cout << std::left << std::setw(24) << item["name"].get<std::string>();
            for (const char* const key : {"mean", "deviation", "minimum", "maximum"})
                if (item.contains(key) && item[key].is_number()) std::cout << key << ' ' << item[key] << "  ";
            std::cout << '\n';
        }
}

// Of the test patches: how far the nearest training patch is.
void printLeak(const Json& leak)
{
    if (!leak["median_km"].is_number()) return;
    std::printf("from a test patch to the nearest for training: median %.4g km", leak["median_km"].get<double>());
    for (const auto& part : leak["within"])
        std::printf(", %.3g %% within %g km", 100 * part["share"].get<double>(), part["km"].get<double>());
    if (leak["same_ground"].is_number())
        std::printf("; %.3g %% show the same ground, %.3g %% show or touch it", 100 * leak["same_ground"].get<double>(),
                    100 * leak["touching"].get<double>());
    if (leak["median_days"].is_number())
        std::printf("; these are %.4g days apart (median)", leak["median_days"].get<double>());
    std::puts("");
    std::fflush(stdout);
}

void print(const Json& all)
{
    std::cout << all["name"].get<std::string>() << ": " << all["patches"] << " patches (" << all["train"]
              << " to train, " << all["test"] << " to test) of " << all["places"] << " places, " << all["size_px"]
              << " px\n";
    printLeak(all["leak"]);
    if (all["gsd_m"].is_number()) std::cout << all["gsd_m"] << " m a pixel\n";
    if (const auto& dates = all["dates"]; !dates.empty())
        std::cout << dates.size() << (dates.size() == 1 ? " date: " : " dates, from ")
                  << dates.front().get<std::string>()
                  << (dates.size() == 1 ? "" : " to " + dates.back().get<std::string>()) << '\n';
    for (const auto& layer : all["layers"]) {
        std::cout << '\n'
                  << layer["name"].get<std::string>() << " (" << layer["type"].get<std::string>() << ", "
                  << layer["records"] << " records)" << std::endl;
        std::printf("%-12s %10s %10s %10s %10s %10s %10s\n", "band", "mean", "deviation", "minimum", "2 %", "98 %",
                    "maximum");
        for (const auto& band : layer["bands"])
            std::printf("%-12s %10.4g %10.4g %10.4g %10.4g %10.4g %10.4g  %s\n",
                        band["name"].get<std::string>().c_str(), band["mean"].get<double>(),
                        band["deviation"].get<double>(), band["minimum"].get<double>(), band["low"].get<double>(),
                        band["high"].get<double>(), band["maximum"].get<double>(),
                        band["unit"].get<std::string>().c_str());
        std::fflush(stdout);
    }
    for (const auto& item : all["classes"])
        std::printf("%8lld  %s\n", static_cast<long long>(item["patches"].get<std::int64_t>()),
                    item["name"].get<std::string>().c_str());
    std::fflush(stdout);
    for (const auto& warning : all["warnings"]) std::cout << "warning: " << warning.get<std::string>() << '\n';
    std::cout << all["attribution"].get<std::string>() << '\n' << all["file"].get<std::string>() << '\n';
}

int list(bool json)
{
    Json all = {{"datasets", Json::array()}, {"packs", Json::array()}};
    for (const auto& entry : datasets()) {
        const auto about = entry.make()->about();
        all["datasets"].push_back(
            {{"name", entry.name}, {"title", about.title}, {"summary", about.summary}, {"reference", about.reference}});
    }
    std::error_code none;
    for (const auto& item :
         fs::recursive_directory_iterator(cacheFolder(), fs::directory_options::skip_permission_denied, none))
        if (item.path().extension() == ".pack")
            all["packs"].push_back({{"file", item.path().string()}, {"bytes", item.file_size(none)}});
    if (json) {
        std::cout << all.dump(1) << '\n';
        return exitDone;
    }
    for (const auto& item : all["datasets"])
        std::cout << item["name"].get<std::string>() << ": " << item["summary"].get<std::string>() << "\n    "
                  << item["reference"].get<std::string>() << '\n';
    if (!all["packs"].empty()) std::cout << "\nPacked so far; each can be made again:\n";
    for (const auto& item : all["packs"])
        std::printf("%9.1f MB  %s\n", item["bytes"].get<double>() / 1e6, item["file"].get<std::string>().c_str());
    return exitDone;
}

} // namespace

Action addData(CLI::App& app)
{
    struct Asked {
        std::string what;
        std::vector<std::string> settings;
        std::string split;
        fs::path to;
        bool json = false;
    };
    auto asked = std::make_shared<Asked>();
    app.require_subcommand(1);
    auto* listing = app.add_subcommand("list", "The data sets that can be chosen, and the packs that are there.");
    auto* packing = app.add_subcommand("pack", "Make a pack, which a machine without GDAL can train from.");
    auto* showing = app.add_subcommand("show", "What is in a data set or pack: bands, classes, statistics.");
    for (auto* sub : {packing, showing}) {
        sub->add_option("DATA", asked->what, "A data set's name, a pack, a folder or zip of images, or a run.")
            ->required();
        sub->add_option("--set", asked->settings,
                        "A setting of the data set, like size_px=64, or of another section, like split.block_deg=5.");
    }
    showing->add_option("--split", asked->split, "Part it so: given, random, block, region, latitude, date or season.");
    packing->add_option("--to", asked->to, "Where the pack goes.")->required();
    for (auto* sub : {listing, packing, showing}) sub->add_flag("--json", asked->json, "As JSON.");
    const auto fetch = addFetch(app), batch = addDataBatch(app); // add `data fetch` and `data batch`
    return [asked, listing, packing, showing, fetch, batch, fetching = app.get_subcommand("fetch"),
            batching = app.get_subcommand("batch")] {
        if (fetching->parsed()) return fetch();
        if (batching->parsed()) return batch();
        if (listing->parsed()) return list(asked->json);
        if (showing->parsed() && asked->settings.empty() && asked->split.empty())
            if (const auto found = inspected(asked->what, tellProgress)) {
                if (asked->json)
                    std::cout << found->dump(1) << '\n';
                else
                    printFile(*found);
                return int(exitDone);
            }
        auto run = runOn(asked->what, asked->settings);
        if (!asked->split.empty()) run["split"]["name"] = asked->split;
        if (packing->parsed()) run.erase("split"); // a pack keeps what its source says
        Experiment experiment(run);
        const auto whole = experiment.dataset->open(cacheFolder(), tellProgress);
        const auto pack = whole->divided(experiment.split->split(*whole));
        auto all = summary(*pack, experiment.split.name(), *experiment.split);
        if (packing->parsed()) {
            std::error_code failed;
            auto temporary = asked->to;
            temporary += ".new-" + std::to_string(::getpid());
            fs::copy_file(pack->file(), temporary, fs::copy_options::overwrite_existing, failed);
            if (!failed) fs::rename(temporary, asked->to, failed);
            if (failed) {
                std::error_code none;
                fs::remove(temporary, none);
                failWriting(asked->to, failed.value());
            }
            all["file"] = asked->to.string();
        }
        if (asked->json)
            std::cout << all.dump(1) << '\n';
        else
            print(all);
        return int(exitDone);
    };
}

} // namespace revisit
