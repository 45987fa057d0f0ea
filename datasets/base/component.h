// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/error.h"
#include "datasets/base/params.h"
#include <memory>
#include <string>
#include <vector>

namespace revisit {

/// What people read of a component.
struct About {
    std::string title;     ///< "VICReg"
    std::string summary;   ///< one sentence: what it does
    std::string reference; ///< the paper, or the source of the data
};

/// Everything that can be chosen: one class in one file, named in one list.
class Component : public Configurable {
public:
    virtual About about() const = 0;
};

/// One line of such a list.
template <class Kind> struct Entry {
    const char* name; ///< in run.json
    std::unique_ptr<Kind> (*make)();
};

/// The component called `name`; Error, naming `key` and the nearest name, when there is none.
template <class Kind>
std::unique_ptr<Kind> make(const std::vector<Entry<Kind>>& list, const std::string& name, const std::string& key)
{
    std::vector<std::string> names;
    for (const auto& entry : list) {
        if (entry.name == name) return entry.make();
        names.emplace_back(entry.name);
    }
    throw Error(key + ": there is no \"" + name + "\"" + suggestion(name, names), key);
}

} // namespace revisit
