// SPDX-License-Identifier: Apache-2.0
#include "experiments/normalisation.h"
#include "datasets/base/error.h"
#include "datasets/sources/cached.h"
#include <cmath>
#include <sstream>

namespace revisit {

namespace {

constexpr double sameShare = 1e-6; // another order of summation, not other data

std::string listed(const Json& names)
{
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name.get<std::string>();
    return text;
}

std::string exactly(double value)
{
    std::ostringstream text;
    text.precision(9);
    text << value;
    return text.str();
}

const std::string cure = "; give it the data that it was trained on, or begin a new run that takes the network's "
                         "weights over (weights.path)";

std::string nameOf(const Checkpoint& checkpoint, const std::filesystem::path& run)
{
    return (run / "checkpoints" / ("step-" + std::to_string(checkpoint.step))).string();
}

std::string keyOf(const Pack& pack)
{
    Fingerprint key;
    for (const auto& patch : pack.patches())
        key.add(patch.id)
            .add(exactly(patch.lon))
            .add(exactly(patch.lat))
            .add(patch.label)
            .add(patch.day)
            .add(static_cast<std::int64_t>(patch.split));
    return key.text();
}

std::int64_t writtenAt(const std::filesystem::path& file)
{
    std::error_code gone;
    return std::filesystem::last_write_time(file, gone).time_since_epoch().count();
}

} // namespace

Json normalisationOf(const Pack& pack)
{
    Json all = {{"bands", pack.format().bandNames()}, {"mean", Json::array()}, {"deviation", Json::array()}};
    for (const auto& statistics : pack.statistics()) {
        all["mean"].push_back(statistics.mean);
        all["deviation"].push_back(statistics.deviation);
    }
    all["patches"] = {{"count", pack.size()}, {"key", keyOf(pack)}};
    all["file"] = {{"path", pack.file().string()}, {"written", writtenAt(pack.file())}};
    return all;
}

void requireNormalisation(const Checkpoint& checkpoint, const Pack& pack, const std::string& data,
                          const std::filesystem::path& run)
{
    if (!checkpoint.state.contains("data")) return;
    const auto& kept = checkpoint.state["data"];
    const auto name = nameOf(checkpoint, run);
    const auto now = normalisationOf(pack);
    if (kept.at("bands") != now.at("bands"))
        throw Error(name + ": was trained on the bands " + listed(kept.at("bands")) + ", but " + data + " has " +
                        listed(now.at("bands")) + cure,
                    "dataset");
    for (std::size_t band = 0; band < now.at("bands").size(); ++band) {
        const auto tolerance = sameShare * kept.at("deviation").at(band).get<double>();
        for (const char* const what : {"mean", "deviation"}) {
            const auto before = kept.at(what).at(band).get<double>(), after = now.at(what).at(band).get<double>();
            if (std::abs(before - after) > tolerance)
                throw Error(name + ": was trained on data whose band " + now.at("bands").at(band).get<std::string>() +
                                " has the " + what + " " + exactly(before) + ", but in " + data + " it is " +
                                exactly(after) + cure,
                            "dataset");
        }
    }
}

void requirePatches(const Checkpoint& checkpoint, const Pack& pack, const std::string& data,
                    const std::filesystem::path& run)
{
    const auto kept = checkpoint.state.value("data", Json::object()).value("patches", Json());
    if (kept.is_null()) return;
    const auto before = kept.at("count").get<std::int64_t>();
    if (before != pack.size())
        throw Error(nameOf(checkpoint, run) + ": was trained with " + std::to_string(before) + " patches, but " + data +
                        " has " + std::to_string(pack.size()) + cure,
                    "dataset");
    if (kept.at("key") != keyOf(pack))
        throw Error(nameOf(checkpoint, run) + ": was trained with other patches than " + data +
                        " has; their ids, places, dates, classes or splits differ" + cure,
                    "dataset");
}

std::string rewritten(const Checkpoint& checkpoint, const Pack& pack)
{
    const auto kept = checkpoint.state.value("data", Json::object()).value("file", Json());
    if (kept.is_null() || kept.at("path") != pack.file().string() || kept.at("written") == writtenAt(pack.file()))
        return {};
    return pack.file().string() +
           ": was written again since the checkpoint. Its patches and statistics are the same, so the run goes on; if "
           "its pixels are others, stop it and begin a new one";
}

} // namespace revisit
