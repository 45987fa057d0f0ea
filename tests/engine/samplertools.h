// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/random.h"
#include "datasets/sampler.h"
#include "engine/datatools.h"
#include <numbers>

// What the tests of samplers, splits and places share: patches around the whole globe, poles and date line too.
namespace revisit::testing {

/// Every fifth is a test patch; each is a place of its own.
inline std::vector<Patch> globe(int count)
{
    Random random(4, "globe");
    std::vector<Patch> patches;
    for (int i = 0; i < count; ++i)
        patches.push_back({"p" + std::to_string(i), random.uniform(-180, 180), random.uniform(-90, 90), -1,
                           i % 5 ? Split::Train : Split::Test, Patch::noDay, static_cast<std::uint32_t>(i)});
    return patches;
}

/// `looks` looks at each of so many places, four months apart, place after place; the label is the place's, of five
/// that are not equally many.
inline std::vector<Patch> looksAt(int places, int looks)
{
    std::vector<Patch> patches;
    for (const auto& place : globe(places))
        for (int k = 0; k < looks; ++k) {
            patches.push_back(place);
            patches.back().id += " " + std::to_string(k);
            patches.back().day = 17000 + static_cast<int>(place.place) % 50 + 122 * k;
            patches.back().label = static_cast<int>(std::sqrt(place.place % 25));
        }
    return patches;
}

/// Of 8 x 8 pixels, more contrasting the higher the index is; with the factors "lights", a number equal to it or NAN of
/// every eleventh, and "season", a category.
inline std::shared_ptr<Pack> packOf(const QTemporaryDir& folder, const std::vector<Patch>& patches, double sideKm = NAN)
{
    PackContents contents;
    contents.format.name = "Globe";
    contents.format.sizePx = 8;
    contents.format.gsdM = sideKm * 1000 / 8;
    contents.format.layers = {{"grey", "", Sample::UInt8, {{.name = "grey"}}}};
    contents.format.classes = {"a", "b", "c", "d", "e"};
    contents.format.factors = {{.name = "lights"}, {.name = "season", .choices = {"dry", "wet", "hot"}}};
    contents.patches = patches;
    contents.factors.resize(2);
    for (std::size_t i = 0; i < patches.size(); ++i) {
        contents.factors[0].push_back(i % 11 ? static_cast<float>(i) : NAN);
        contents.factors[1].push_back(static_cast<float>(i % 7 % 3));
    }
    const auto fill = [&](std::size_t, std::int64_t i, std::span<std::byte> record) {
        const auto contrast = 250 * i / static_cast<std::int64_t>(patches.size());
        for (std::size_t k = 0; k < record.size(); ++k)
            record[k] = static_cast<std::byte>((k + k / 8) % 2 ? contrast : 0);
    };
    const auto file = pathIn(folder, "a.pack");
    writePack(file, contents, fill, goOn);
    return Pack::open(file);
}

inline std::unique_ptr<Sampler> sampler(const char* name, const Pack& pack, const Json& params = Json::object(),
                                        std::uint64_t seed = 1)
{
    auto made = make(samplers(), name, "sampler.name");
    made->read(params, "sampler", name);
    made->prepare(pack, pack.indices(Split::Train), seed);
    return made;
}

/// The haversine formula: another one than the samplers'.
inline double haversineKm(const Patch& a, const Patch& b)
{
    const auto half = [](double degrees) { return std::sin(degrees * std::numbers::pi / 360); };
    const auto cosine = [](double degrees) { return std::cos(degrees * std::numbers::pi / 180); };
    const double h = half(a.lat - b.lat) * half(a.lat - b.lat) +
                     cosine(a.lat) * cosine(b.lat) * half(a.lon - b.lon) * half(a.lon - b.lon);
    return 2 * 6371.0088 * std::asin(std::sqrt(std::min(1.0, h)));
}

inline const Patch& patchOf(const Pack& pack, std::int64_t i) { return pack.patches()[static_cast<std::size_t>(i)]; }

} // namespace revisit::testing
