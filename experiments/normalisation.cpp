// SPDX-License-Identifier: Apache-2.0
#include "experiments/normalisation.h"
#include "datasets/base/error.h"
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

} // namespace

Json normalisationOf(const Pack& pack)
{
    Json all = {{"bands", pack.format().bandNames()}, {"mean", Json::array()}, {"deviation", Json::array()}};
    for (const auto& statistics : pack.statistics()) {
        all["mean"].push_back(statistics.mean);
        all["deviation"].push_back(statistics.deviation);
    }
    return all;
}

void requireNormalisation(const Checkpoint& checkpoint, const Pack& pack, const std::filesystem::path& run)
{
    if (!checkpoint.state.contains("data")) return;
    const auto& kept = checkpoint.state["data"];
    const auto name = (run / "checkpoints" / ("step-" + std::to_string(checkpoint.step))).string();
    const auto now = normalisationOf(pack);
    const std::string cure = "; give it the data that it was trained on, or begin a new run that takes the network's "
                             "weights over (weights.path)";
    if (kept.at("bands") != now.at("bands"))
        throw Error(name + ": was trained on the bands " + listed(kept.at("bands")) + ", but " + pack.file().string() +
                        " has " + listed(now.at("bands")) + cure,
                    "dataset");
    for (std::size_t band = 0; band < now.at("bands").size(); ++band) {
        const auto tolerance = sameShare * kept.at("deviation").at(band).get<double>();
        for (const char* const what : {"mean", "deviation"}) {
            const auto before = kept.at(what).at(band).get<double>(), after = now.at(what).at(band).get<double>();
            if (std::abs(before - after) > tolerance)
                throw Error(name + ": was trained on data whose band " + now.at("bands").at(band).get<std::string>() +
                                " has the " + what + " " + exactly(before) + ", but in " + pack.file().string() +
                                " it is " + exactly(after) + cure,
                            "dataset");
        }
    }
}

} // namespace revisit
