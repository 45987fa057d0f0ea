// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include "experiments/experiment.h"
#include "experiments/rundirectory.h"
#include <cstdio>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

const char* nameOf(Sample sample)
{
    return sample == Sample::UInt8 ? "uint8" : sample == Sample::UInt16 ? "uint16" : "float32";
}

bool progress(double share, const std::string& what)
{
    if (::isatty(STDERR_FILENO))
        std::fprintf(stderr, "\r\033[K%3.0f %%  %s%s", share * 100, what.c_str(), share >= 1 ? "\n" : "");
    return askedToLeave() == 0;
}

// "folder", a run.json, or a run: which data set, and its settings.
Json dataset(const std::string& what, const std::vector<std::string>& settings)
{
    Json run = Json::object();
    if (fs::exists(what) &&
        (fs::is_directory(what) ? fs::exists(fs::path(what) / "run.json") : fs::path(what).extension() == ".json"))
        run = readRunFile(what);
    else if (fs::exists(what))
        run["dataset"] = {{"name", fs::path(what).extension() == ".pack" ? "pack" : "folder"}, {"path", what}};
    else
        run["dataset"] = {{"name", what}};
    run["dataset"].update(settingsOf(settings));
    return run;
}

Json summary(const Pack& pack)
{
    const auto& format = pack.format();
    Json all = {{"file", pack.file().string()},
                {"name", format.name},
                {"patches", pack.size()},
                {"train", pack.indices(Split::Train).size()},
                {"test", pack.indices(Split::Test).size()},
                {"size_px", format.sizePx},
                {"type", nameOf(format.sample)},
                {"scale", format.scale},
                {"gsd_m", format.gsdM},
                {"attribution", format.attribution},
                {"bands", Json::array()},
                {"classes", Json::array()}};
    for (std::size_t i = 0; i < format.bands.size(); ++i)
        all["bands"].push_back({{"name", format.bands[i]},
                                {"mean", pack.mean()[i]},
                                {"deviation", pack.deviation()[i]},
                                {"low", pack.low()[i]},
                                {"high", pack.high()[i]}});
    std::vector<std::int64_t> counts(format.classes.size());
    for (const auto& patch : pack.patches())
        if (patch.label >= 0) ++counts[static_cast<std::size_t>(patch.label)];
    for (std::size_t i = 0; i < counts.size(); ++i)
        all["classes"].push_back({{"name", format.classes[i]}, {"patches", counts[i]}});
    return all;
}

void print(const Json& all)
{
    std::cout << all["name"].get<std::string>() << ": " << all["patches"] << " patches (" << all["train"]
              << " to train, " << all["test"] << " to test) of " << all["size_px"] << " px, "
              << all["type"].get<std::string>() << "\n";
    if (all["gsd_m"].is_number() && all["gsd_m"].get<double>() == all["gsd_m"].get<double>())
        std::cout << all["gsd_m"] << " m a pixel\n";
    std::printf("%-12s %10s %10s %10s %10s\n", "band", "mean", "deviation", "2 %", "98 %");
    std::fflush(stdout);
    for (const auto& band : all["bands"])
        std::printf("%-12s %10.4g %10.4g %10.4g %10.4g\n", band["name"].get<std::string>().c_str(),
                    band["mean"].get<double>(), band["deviation"].get<double>(), band["low"].get<double>(),
                    band["high"].get<double>());
    for (const auto& item : all["classes"])
        std::printf("%8lld  %s\n", static_cast<long long>(item["patches"].get<std::int64_t>()),
                    item["name"].get<std::string>().c_str());
    std::fflush(stdout);
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
        sub->add_option("--set", asked->settings, "A setting of the data set, like size_px=64.");
    }
    packing->add_option("--to", asked->to, "Where the pack goes.")->required();
    for (auto* sub : {listing, packing, showing}) sub->add_flag("--json", asked->json, "As JSON.");
    const auto fetch = addFetch(app); // adds `data fetch`
    return [asked, listing, packing, fetch, fetching = app.get_subcommand("fetch")] {
        if (fetching->parsed()) return fetch();
        if (listing->parsed()) return list(asked->json);
        Experiment experiment(dataset(asked->what, asked->settings));
        const auto pack = experiment.dataset->open(cacheFolder(), progress);
        auto all = summary(*pack);
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
