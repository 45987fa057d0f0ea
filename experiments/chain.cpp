// SPDX-License-Identifier: Apache-2.0
#include "experiments/chain.h"
#include <algorithm>

namespace revisit {
namespace {

const std::string root = "augmentations";
constexpr std::uint64_t mostViews = 1024; // of a step, each with a stream of its own

} // namespace

Chain::Chain()
{
    for (const auto& entry : augmentations())
        m_links.push_back({entry.name, std::string("augmentation ") + entry.name, entry.make()});
}

Augmentation& Chain::find(const std::string& name, const std::string& key) const
{
    std::vector<std::string> names;
    for (const auto& link : m_links) {
        if (link.name == name) return *link.augmentation;
        names.push_back(link.name);
    }
    throw Error(key + ": there is no augmentation \"" + name + "\"" + suggestion(name, names), key);
}

void Chain::read(const Json& values)
{
    if (!values.is_object()) throw Error(root + ": should be an object in braces", root);
    for (const auto& [name, settings] : values.items()) {
        const auto key = root + "." + name;
        find(name, key).read(settings, key, name);
    }
}

Json Chain::values() const
{
    Json all = Json::object();
    for (const auto& link : m_links) all[link.name] = link.augmentation->values();
    return all;
}

Json Chain::set(const std::string& key, const Json& value, const ViewContext& context)
{
    const auto full = root + "." + key;
    const auto dot = std::min(key.find('.'), key.size());
    Params params;
    find(key.substr(0, dot), full).params(params);
    auto* param = params.find(key.substr(std::min(dot + 1, key.size())));
    if (!param) throw Error(full + ": there is no such parameter", full);
    if (!param->isLive()) throw Error(full + ": cannot be changed while a run trains", full);
    const Json old = param->value();
    param->set(value, full);
    try {
        check(context);
    } catch (const Error&) {
        param->set(old, full);
        throw;
    }
    return old;
}

void Chain::check(const ViewContext& context) const
{
    for (const auto& link : m_links)
        if (link.augmentation->probability() > 0) link.augmentation->check(context, root + "." + link.name);
}

ViewPlan Chain::plan(const ViewContext& context, std::uint64_t seed, std::int64_t step, int view,
                     std::int64_t position) const
{
    auto plan = context.plain();
    const auto moment = static_cast<std::uint64_t>(step) * mostViews + static_cast<std::uint64_t>(view);
    for (const auto& link : m_links) {
        const bool always = link.augmentation->always(context);
        if (link.augmentation->probability() == 0 && !always) continue;
        Random random(seed, link.part, moment, static_cast<std::uint64_t>(position));
        if (random.chance(link.augmentation->probability()) || always) link.augmentation->state(plan, random, context);
    }
    return plan;
}

} // namespace revisit
