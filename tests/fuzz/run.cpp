// SPDX-License-Identifier: Apache-2.0
// run.json: as text, and then the sections that can be read without LibTorch.
#include "datasets/dataset.h"
#include "datasets/sampler.h"
#include "experiments/chain.h"
#include "experiments/rundirectory.h"
#include "experiments/schedule.h"
#include "experiments/settings.h"
#include "fuzz.h"

namespace {

template <class Kind> void readAs(const std::vector<revisit::Entry<Kind>>& list, revisit::Json value, const char* key)
{
    auto name = std::string(list.front().name);
    if (value.is_object() && value.contains("name") && value["name"].is_string()) name = value["name"];
    if (value.is_object()) value.erase("name");
    revisit::make(list, name, key)->read(value, key, name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace revisit;
    const fuzz::MemoryFile file(fuzz::textOf(data, size));
    Json run;
    fuzz::attempt([&] { run = readRunFile(file.path()); });
    if (!run.is_object()) return 0;
    for (auto item = run.begin(); item != run.end(); ++item) {
        const auto& key = item.key();
        const auto& value = item.value();
        fuzz::attempt([&] {
            if (key == "dataset") readAs(datasets(), value, "dataset");
            if (key == "sampler") readAs(samplers(), value, "sampler");
            if (key == "augmentations") Chain().read(value);
            if (key == "weights") Weights().read(value, key, key);
            if (key == "schedule") Schedule().read(value, key, key);
            if (key == "training") Training().read(value, key, key);
            if (key == "evaluation") Evaluation().read(value, key, key);
        });
    }
    return 0;
}
