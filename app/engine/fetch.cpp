// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/files.h"
#include "datasets/catalogue.h"
#include "datasets/download.h"
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

struct Asked {
    std::string name;
    fs::path to = workspaceFolder() / "data", catalogue = resources() / "datasets.json";
    bool yes = false, verify = false, json = false;
    DownloadLimits limits;
};

std::string sizeText(std::int64_t bytes)
{
    if (bytes < 0) return "of unknown size";
    const char* const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 999.5 && unit < 4; ++unit) size /= 1000;
    char text[32];
    std::snprintf(text, sizeof text, unit == 0 || size >= 99.95 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text;
}

fs::path recordOf(const fs::path& file) { return file.string() + ".json"; }

/// What was written down when a file came; null where it never came whole.
Json readRecord(const fs::path& file)
{
    std::error_code none;
    if (!fs::exists(file, none) || !fs::exists(recordOf(file), none)) return nullptr;
    auto record = parsed(readFile(recordOf(file)));
    if (!record.is_object() || !record.contains("sha256") || !record["sha256"].is_string()) return nullptr;
    return record.value("bytes", Json()) == fs::file_size(file) ? record : Json();
}

std::size_t filesHere(const CatalogueEntry& entry, const fs::path& folder)
{
    std::size_t here = 0;
    for (const auto& file : entry.files) here += readRecord(folder / file.name).is_object();
    return here;
}

Json described(const CatalogueEntry& entry, const fs::path& folder)
{
    Json all = {{"name", entry.name},
                {"title", entry.title},
                {"about", entry.about},
                {"sensors", entry.sensors},
                {"bytes", entry.bytes() < 0 ? Json() : Json(entry.bytes())},
                {"licence", entry.licence},
                {"citation", entry.citation},
                {"attribution", entry.attribution},
                {"unpacks", entry.unpacks},
                {"opens", entry.opens},
                {"how", entry.how},
                {"folder", folder.string()},
                {"here", !entry.files.empty() && filesHere(entry, folder) == entry.files.size()},
                {"files", Json::array()}};
    for (const auto& file : entry.files) {
        const auto record = readRecord(folder / file.name);
        all["files"].push_back({{"name", file.name},
                                {"url", file.url},
                                {"bytes", file.bytes < 0 ? Json() : Json(file.bytes)},
                                {"here", record.is_object()},
                                {"sha256", record.is_object() ? record["sha256"] : Json()}});
    }
    return all;
}

int list(const std::vector<CatalogueEntry>& catalogue, const Asked& asked)
{
    Json all = Json::array();
    for (const auto& entry : catalogue) all.push_back(described(entry, asked.to / entry.name));
    if (asked.json) {
        std::cout << Json{{"datasets", all}}.dump(1) << '\n';
        return exitDone;
    }
    for (const auto& entry : catalogue) {
        const auto here = filesHere(entry, asked.to / entry.name);
        const bool exact = entry.aboutBytes < 0;
        std::cout << entry.name << ": " << entry.title << "\n    " << (exact || entry.bytes() < 0 ? "" : "about ")
                  << sizeText(entry.bytes()) << "; " << entry.licence << "; "
                  << (entry.files.empty()          ? "to be got by hand"
                      : here == entry.files.size() ? "here"
                      : here > 0
                          ? std::to_string(here) + " of " + std::to_string(entry.files.size()) + " files are here"
                          : "not here")
                  << '\n';
    }
    std::cout << "\nrevisit-engine data fetch NAME downloads one into " << (asked.to / "NAME").string() << '\n';
    return exitDone;
}

#ifdef REVISIT_DOWNLOADS

std::string timeText(double seconds)
{
    const auto s = static_cast<long long>(seconds);
    if (s < 120) return std::to_string(s) + " s";
    return s < 7200 ? std::to_string(s / 60) + " min" : std::to_string(s / 3600) + " h";
}

/// Progress with rate and time left on a terminal, and what is worth a sentence anywhere.
class Meter {
public:
    explicit Meter(std::string what) : m_what(std::move(what)) {}
    DownloadReport report()
    {
        return {[this](std::int64_t here, std::int64_t total) { return show(here, total); },
                [](const std::string& sentence) {
                    std::cerr << (::isatty(STDERR_FILENO) ? "\r\033[K" : "") << sentence << std::endl;
                }};
    }

private:
    bool show(std::int64_t here, std::int64_t total)
    {
        using Clock = std::chrono::steady_clock;
        const auto now = Clock::now();
        if (!::isatty(STDERR_FILENO) || now - m_shown < std::chrono::milliseconds(200)) return askedToLeave() == 0;
        const std::chrono::duration<double> passed = now - m_shown;
        const double rate = static_cast<double>(here - m_here) / passed.count();
        if (m_here >= 0 && rate >= 0) m_rate = m_rate < 0 ? rate : 0.9 * m_rate + 0.1 * rate;
        m_shown = now;
        m_here = here;
        std::string line = m_what + ": " + sizeText(here);
        if (total > 0) line = std::to_string(here * 100 / total) + " %  " + line + " of " + sizeText(total);
        if (m_rate > 0) line += ", " + sizeText(static_cast<std::int64_t>(m_rate)) + "/s";
        if (m_rate > 0 && total > here)
            line += ", about " + timeText(static_cast<double>(total - here) / m_rate) + " left";
        std::cerr << "\r\033[K" << line << (here == total ? "\n" : "") << std::flush;
        return askedToLeave() == 0;
    }
    std::string m_what;
    std::chrono::steady_clock::time_point m_shown{};
    std::int64_t m_here = -1;
    double m_rate = -1;
};

void writeRecord(const CatalogueEntry& entry, const CatalogueFile& file, const fs::path& path, const FileHashes& hashes)
{
    char date[32];
    const auto now = std::time(nullptr);
    std::tm utc{};
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&now, &utc));
    const bool published = !file.sha256.empty() || !file.md5.empty();
    Json record = {{"dataset", entry.name},
                   {"url", file.url},
                   {"date", date},
                   {"bytes", hashes.bytes},
                   {"sha256", hashes.sha256},
                   {"checked_against", !published             ? "nothing: the publisher gives no hash"
                                       : !file.sha256.empty() ? "the published SHA-256"
                                                              : "the published MD5"},
                   {"licence", entry.licence},
                   {"citation", entry.citation},
                   {"attribution", entry.attribution}};
    if (!hashes.md5.empty()) record["md5"] = hashes.md5;
    replaceFile(recordOf(path), record.dump(1) + "\n");
}

/// Shows what will come and asks whether it shall. `need` is -1 where a server does not say.
bool agreed(const CatalogueEntry& entry, const fs::path& folder, std::int64_t need, const Asked& asked)
{
    auto disk = folder;
    while (!fs::exists(disk)) disk = disk.parent_path();
    const auto room = static_cast<std::int64_t>(fs::space(disk).available);
    std::cerr << entry.title << "\n  " << entry.about << "\n  to download: " << sizeText(need)
              << "; free on that disk: " << sizeText(room) << "\n  into: " << folder.string()
              << "\n  licence: " << entry.licence << "\n  cite: " << entry.citation << '\n';
    if (need > room)
        throw DiskError(folder.string() + ": there is no room for it; it needs " + std::to_string(need) +
                        " bytes and " + std::to_string(room) +
                        " are free. Make room, or choose another disk with --to");
    if (asked.yes) return true;
    if (!::isatty(STDIN_FILENO) || !::isatty(STDERR_FILENO))
        throw Error("Nobody can be asked here whether to download " + sizeText(need) + "; --yes says that you agree");
    std::cerr << "Download it? [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

/// What a file must be: as published or, where nothing is, as it was when it first came.
Remote remoteOf(const CatalogueFile& file, const fs::path& path)
{
    Remote remote{file.url, file.bytes, file.sha256, file.md5};
    if (file.sha256.empty() && file.md5.empty() && fs::exists(recordOf(path))) {
        const auto record = parsed(readFile(recordOf(path)));
        if (record.is_object() && record.value("url", Json()) == file.url && record.contains("sha256") &&
            record["sha256"].is_string())
            remote.sha256 = record["sha256"];
    }
    return remote;
}

std::int64_t bytesToCome(const CatalogueEntry& entry, const fs::path& folder, const DownloadLimits& limits)
{
    std::int64_t need = 0;
    for (const auto& file : entry.files) {
        const auto path = folder / file.name, part = fs::path(path.string() + ".part");
        if (fs::exists(path)) continue;
        const auto bytes = file.bytes >= 0 ? file.bytes : remoteBytes(file.url, limits);
        if (bytes < 0) return -1;
        need += bytes;
        if (fs::exists(part)) need -= std::min(bytes, static_cast<std::int64_t>(fs::file_size(part)));
    }
    return need;
}

/// A file that is here already is trusted when its record says so, and read otherwise.
void bring(const CatalogueEntry& entry, const CatalogueFile& file, const fs::path& path, const Asked& asked)
{
    if (!asked.verify && readRecord(path).is_object()) {
        std::cerr << file.name << ": is here.\n";
        return;
    }
    const auto remote = remoteOf(file, path);
    Meter meter(file.name);
    const auto report = meter.report();
    const bool here = fs::exists(path);
    const auto hashes = here ? hashesOf(path, !file.md5.empty(), report) : download(remote, path, asked.limits, report);
    requireSame(remote, hashes, path, "Remove it, and the same command downloads it again.");
    const bool known = !remote.sha256.empty() || !remote.md5.empty();
    writeRecord(entry, file, path, hashes);
    report.say(file.name + ": " + (here ? "is here" : "came") + ", " + sizeText(hashes.bytes) + ", SHA-256 " +
               hashes.sha256 +
               (known ? ", as it should be."
                      : ". Its publisher gives no hash, so this one is trusted on first use and written down beside "
                        "it."));
}

int fetch(const CatalogueEntry& entry, const Asked& asked)
{
    const auto folder = asked.to / entry.name;
    if (entry.files.empty()) throw Error(entry.title + ": it cannot be downloaded just so. " + entry.how);
    const bool complete = filesHere(entry, folder) == entry.files.size();
    if (!complete && !agreed(entry, folder, bytesToCome(entry, folder, asked.limits), asked)) {
        std::cerr << "Nothing was downloaded.\n";
        return exitDone;
    }
    try {
        fs::create_directories(folder);
        for (const auto& file : entry.files) bring(entry, file, folder / file.name, asked);
    } catch (const Interrupted& broken) {
        std::cerr << (::isatty(STDERR_FILENO) ? "\n" : "") << "revisit-engine: " << broken.what() << '\n';
        return exitFailed;
    }
    if (asked.json)
        std::cout << described(entry, folder).dump(1) << '\n';
    else
        std::cout << "It is in " << folder.string() << "\nIt unpacks to: " << entry.unpacks
                  << "\nTo open it: " << entry.opens << "\nWith what you publish: " << entry.attribution << '\n';
    return exitDone;
}

#else

int fetch(const CatalogueEntry& entry, const Asked&)
{
    throw Error(entry.name + ": this engine was built without downloads (REVISIT_RASTER is off). Fetch it with the "
                             "desktop's engine, and bring it here as a pack");
}

#endif

} // namespace

Action addFetch(CLI::App& data)
{
    auto asked = std::make_shared<Asked>();
    auto* app = data.add_subcommand("fetch", "Download a published data set; without a name, list them.");
    app->add_option("NAME", asked->name, "Which data set.");
    app->add_option("--to", asked->to, "Where data sets go, each into a folder of its name.")->capture_default_str();
    app->add_flag("--yes", asked->yes, "Download without asking.");
    app->add_flag("--verify", asked->verify, "Read again what is here, and check its hashes.");
    app->add_option("--catalogue", asked->catalogue,
                    "A list of data sets of your own; docs/data.md says what is in it.")
        ->capture_default_str();
    app->add_option("--retries", asked->limits.retries, "Tries in a row that may bring nothing.")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    app->add_option("--stall", asked->limits.stallS, "Seconds below 1 kB/s after which it ends.")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app->add_option("--proxy", asked->limits.proxy, "A proxy's address; those of the environment are not used.");
    app->add_flag("--json", asked->json, "As JSON.");
    return [asked] {
        const auto catalogue = readCatalogue(asked->catalogue);
        asked->to = fs::absolute(asked->to);
        return asked->name.empty() ? list(catalogue, *asked) : fetch(entryNamed(catalogue, asked->name), *asked);
    };
}

} // namespace revisit
