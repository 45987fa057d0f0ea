// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "app/engine/peer.h"
#include "datasets/base/error.h"
#include "experiments/bench/benchmark.h"
#include "experiments/device.h"
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <torch/torch.h>
#include <torch/version.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

struct Asked {
    std::string which = "all";
    int rounds = 7, threads = 0;
    fs::path peers;
    bool json = false, quick = false;
};

// A folder for as long as this lives.
class Workplace {
public:
    Workplace() : m_folder((fs::temp_directory_path() / "revisit-bench.XXXXXX").string())
    {
        if (!::mkdtemp(m_folder.data())) failWriting(m_folder, errno);
    }
    ~Workplace()
    {
        std::error_code none;
        fs::remove_all(m_folder, none);
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    fs::path folder() const { return m_folder; }

private:
    std::string m_folder;
};

double median(std::vector<double> all)
{
    std::sort(all.begin(), all.end());
    return (all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2;
}

// {"value": median, "rounds": each value, ...: the medians of what else was measured}
Json summary(const std::vector<Json>& rounds)
{
    Json all = Json::object();
    for (const auto& [key, none] : rounds.front().items()) {
        std::vector<double> figures;
        for (const auto& round : rounds) figures.push_back(round.at(key).get<double>());
        all[key] = median(figures);
        if (key == "value") all["rounds"] = figures;
    }
    return all;
}

std::string figure(double number, int digits = 3)
{
    char text[32];
    if (number < 100)
        std::snprintf(text, sizeof text, "%.*g", digits, number);
    else
        std::snprintf(text, sizeof text, "%.0f", number);
    return text;
}

// Rounds of ours and of the peer in turn; the first of each is not counted.
Json measure(const BenchmarkEntry& entry, const Asked& asked)
{
    const Workplace workplace;
    const auto benchmark = entry.make(asked.quick, workplace.folder());
    auto task = benchmark->task();
    if (asked.threads > 0)
        task["threads"] = asked.threads;
    else if (asked.quick)
        task["threads"] = 1; // two wait for each other where others use the cores too
    at::set_num_threads(task["threads"].get<int>());
    task["bench"] = entry.name;
    std::optional<Peer> peer;
    std::string name;
    Json ready;
    if (!asked.peers.empty() && !entry.alone) {
        ready = peer.emplace(asked.peers).ask(task);
        name = ready.at("peer").get<std::string>();
        benchmark->check(ready);
    }
    std::vector<Json> own, others;
    std::vector<double> speeds;
    for (int round = 0; round <= asked.rounds; ++round) {
        auto mine = benchmark->round(), theirs = peer ? peer->ask(Json::object()) : Json();
        if (askedToLeave()) throw Error("bench: stopped before all rounds were done");
        if (round == 0) continue;
        benchmark->judge(mine);
        const double value = mine.at("value").get<double>();
        std::cerr << entry.name << ' ' << round << " of " << asked.rounds << ": " << figure(value);
        if (peer) {
            benchmark->judge(theirs);
            const double other = theirs.at("value").get<double>();
            speeds.push_back(entry.lowerIsBetter() ? other / value : value / other);
            std::cerr << ", " << name << ' ' << figure(other);
            others.push_back(theirs);
        }
        std::cerr << ' ' << entry.unit << '\n';
        own.push_back(mine);
    }
    Json all = {{"name", entry.name}, {"group", entry.group}, {"what", entry.what},
                {"unit", entry.unit}, {"task", task},         {"revisit", summary(own)}};
    if (peer) {
        all["peer"] = summary(others);
        all["peer"]["name"] = name;
        all["peer"]["ready"] = ready;
        all["times_as_fast"] = {{"value", median(speeds)}, {"rounds", speeds}};
    }
    return all;
}

void print(const Json& bench)
{
    const auto unit = bench.at("unit").get<std::string>();
    const auto line = [&](const std::string& name, const Json& side) {
        std::cout << "  " << name << std::string(name.size() < 20 ? 20 - name.size() : 1, ' ')
                  << figure(side.at("value").get<double>()) << ' ' << unit;
        for (const auto& [key, value] : side.items())
            if (key != "value" && value.is_number()) std::cout << ", " << key << ' ' << figure(value.get<double>(), 4);
        std::cout << '\n';
    };
    std::cout << bench["name"].get<std::string>() << ": " << bench["what"].get<std::string>() << '\n';
    line("Revisit", bench["revisit"]);
    if (!bench.contains("peer")) return;
    line(bench["peer"]["name"].get<std::string>(), bench["peer"]);
    const double speed = bench["times_as_fast"]["value"].get<double>();
    std::cout << "  " << figure(speed) << " times as fast (" << figure(1 / speed) << " of the time)\n";
}

// One line of a group's table, after the table's head where it is the first.
void printRow(const Json& bench, bool first)
{
    const auto row = [](const std::string& name, const std::vector<std::string>& cells) {
        std::cout << "  " << name << std::string(name.size() < 22 ? 22 - name.size() : 1, ' ');
        for (const auto& cell : cells) std::cout << std::string(cell.size() < 12 ? 12 - cell.size() : 1, ' ') << cell;
        std::cout << '\n';
    };
    if (first) {
        std::cout << bench["group"].get<std::string>() << ", " << bench["unit"].get<std::string>()
                  << "; loss: before the first step\n";
        row("", bench.contains("peer") ? std::vector<std::string>{"Revisit", "the peer", "ratio", "loss", "the peer's",
                                                                  "weights", "  the peer is"}
                                       : std::vector<std::string>{"Revisit", "loss", "weights"});
    }
    const auto& task = bench["task"];
    const auto loss = figure(task["loss"].get<double>(), 5), weights = task["weights"].dump();
    const auto own = figure(bench["revisit"]["value"].get<double>());
    const auto name = bench["name"].get<std::string>();
    if (!bench.contains("peer")) return row(name, {own, loss, weights});
    const auto& peer = bench["peer"];
    row(name, {own, figure(peer["value"].get<double>()), figure(1 / bench["times_as_fast"]["value"].get<double>()),
               loss, figure(peer["ready"]["loss"].get<double>(), 5), weights, "  " + peer["name"].get<std::string>()});
}

int go(const Asked& asked)
{
    Json all = {{"device", deviceName(at::kCPU)},
                {"libtorch", TORCH_VERSION},
                {"vector_instructions", at::get_cpu_capability()},
                {"rounds", asked.rounds},
                {"benches", Json::array()}};
    std::string group;
    for (const auto& entry : benchmarks()) {
        if (asked.which != "all" && asked.which != entry.name && asked.which != entry.group) continue;
        all["benches"].push_back(measure(entry, asked));
        if (asked.json) continue;
        if (!all["benches"].back()["task"].contains("loss"))
            print(all["benches"].back());
        else
            printRow(all["benches"].back(), group != entry.group);
        group = entry.group;
    }
    if (asked.json)
        std::cout << all.dump(1) << '\n';
    else
        std::cout << "Rounds: " << asked.rounds << ", of which these are medians. " << deviceName(at::kCPU)
                  << ", LibTorch " << TORCH_VERSION << " (" << at::get_cpu_capability() << ")\n"
                  << (asked.quick ? "--quick does next to no work: these figures compare nothing.\n" : "");
    return exitDone;
}

} // namespace

Action addBench(CLI::App& app)
{
    auto asked = std::make_shared<Asked>();
    std::vector<std::string> names = {"all"};
    for (const auto& entry : benchmarks()) {
        names.push_back(entry.name);
        if (!entry.group.empty() && std::find(names.begin(), names.end(), entry.group) == names.end())
            names.push_back(entry.group);
    }
    app.add_option("WHAT", asked->which, "What to time.")->check(CLI::IsMember(names))->capture_default_str();
    app.add_option("--rounds", asked->rounds, "Rounds to take the median of; one more comes first and is not counted.")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--threads", asked->threads, "Threads of both sides, instead of what is said beside each.")
        ->check(CLI::Range(1, 1024));
    app.add_option(
        "--peers", asked->peers,
        "A Python with lightly, torchvision, openTSNE and rasterio (tests/peers/setup.sh makes one): does the same "
        "work in turn with the engine.");
    app.add_flag("--quick", asked->quick, "So little work that it shows nothing but that it works.");
    app.add_flag("--json", asked->json, "As JSON.");
    return [asked] { return go(*asked); };
}

} // namespace revisit
