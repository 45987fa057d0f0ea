// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace revisit {

/// JSON whose keys stay in the order in which they were written: forms and files read as their authors meant.
using Json = nlohmann::ordered_json;

/// JSON from outside; discarded when it is none, or nested so deeply that whatever walks it would overflow its stack.
Json parsed(std::string_view text);

/// One parameter of a component: a view of the member that holds it, and all that a form, a check or a help page needs.
class Param {
public:
    using Target = std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::int64_t>*>;
    Param(std::string name, Target target, std::string help)
        : m_name(std::move(name)),
          m_target(target),
          m_help(std::move(help))
    {}

    Param& range(double low, double high) { return m_low = low, m_high = high, *this; }
    Param& unit(std::string unit) { return m_unit = std::move(unit), *this; }
    Param& choices(std::vector<std::string> names) { return m_choices = std::move(names), *this; }
    /// May be set while a run trains.
    Param& live() { return m_live = true, *this; }
    /// Folded away in forms.
    Param& advanced() { return m_advanced = true, *this; }
    /// A file or folder.
    Param& path() { return m_path = true, *this; }
    /// The value that means: let the engine choose.
    Param& automatic(double value) { return m_auto = value, *this; }

    const std::string& name() const { return m_name; }
    bool isLive() const { return m_live; }
    bool isPath() const { return m_path; }
    Json value() const;
    /// Sets the member; Error, naming `key`, when the type or range is wrong, and then the member is as it was.
    void set(const Json& value, const std::string& key);
    /// As protocol.md's `describe` has it, with the member's present value as the default.
    Json schema() const;

private:
    std::string m_name;
    Target m_target;
    std::string m_help, m_unit;
    std::vector<std::string> m_choices;
    std::optional<double> m_low, m_high, m_auto;
    bool m_live = false, m_advanced = false, m_path = false;
    void check(double number, const std::string& key) const;
};

/// The list that a component's `params` fills: name, member and one sentence of help each.
class Params {
public:
    template <class T> Param& operator()(const char* name, T& member, const char* help)
    {
        m_list.push_back(std::make_unique<Param>(name, Param::Target(&member), help));
        return *m_list.back();
    }
    const std::vector<std::unique_ptr<Param>>& list() const { return m_list; }
    Param* find(const std::string& name) const;
    std::vector<std::string> names() const;

private:
    std::vector<std::unique_ptr<Param>> m_list; // pointers: a Param& handed out stays valid
};

/// Whatever has parameters.
class Configurable {
public:
    virtual ~Configurable() = default;
    virtual void params(Params& p) = 0;

    /// Sets what `values` has. `path` is where it stands ("objective"), `whose` what it is ("vicreg"); keys in
    /// `reserved` are left to the caller. Error for an unknown key, with the nearest name, for a wrong type and for a
    /// value out of range.
    void read(const Json& values, const std::string& path, const std::string& whose,
              const std::vector<std::string>& reserved = {});
    /// Every parameter with its present value.
    Json values();
    /// Files and folders that were named from here get names that hold anywhere.
    void makePathsAbsolute();
    /// The list of their schemas.
    Json schema();
};

/// The candidate nearest to `name` by edits (Damerau-Levenshtein), or empty when none is near enough to be meant.
std::string nearest(const std::string& name, const std::vector<std::string>& candidates);
/// ", did you mean variance?" or, when nothing is near, "; there are: a, b, c".
std::string suggestion(const std::string& name, const std::vector<std::string>& candidates);

} // namespace revisit
