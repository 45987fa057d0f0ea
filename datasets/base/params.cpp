// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/params.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

namespace revisit {
namespace {

template <class... F> struct Overloaded : F... {
    using F::operator()...;
};
template <class... F> Overloaded(F...) -> Overloaded<F...>;

std::string text(double number)
{
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(12);
    out << number;
    return out.str();
}

std::string joined(const std::vector<std::string>& names)
{
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    return all;
}

[[noreturn]] void wrongType(const std::string& key, const char* wanted, const Json& got)
{
    auto shown = got.dump();
    if (shown.size() > 60) shown = shown.substr(0, 57) + "...";
    throw Error(key + ": " + shown + " is not " + wanted, key);
}

// An integer however it was written (3, 3.0, 1e3), if it fits.
std::optional<std::int64_t> integer(const Json& value)
{
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > (1ull << 53)) return {};
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return {};
    const double number = value.get<double>();
    if (std::abs(number) > 0x1p53 || number != std::floor(number)) return {};
    return static_cast<std::int64_t>(number);
}

} // namespace

Json Param::value() const
{
    return std::visit([](auto* target) { return Json(*target); }, m_target);
}

void Param::check(double number, const std::string& key) const
{
    if (m_auto && number == *m_auto) return;
    if ((m_low && !(number >= *m_low)) || (m_high && !(number <= *m_high)))
        throw Error(key + ": " + text(number) + " is outside " + text(*m_low) + " to " + text(*m_high) +
                        (m_unit.empty() ? "" : " " + m_unit) +
                        (m_auto ? ", or " + text(*m_auto) + " for automatic" : ""),
                    key);
}

void Param::set(const Json& value, const std::string& key)
{
    std::visit(Overloaded{
                   [&](bool* target) {
                       if (!value.is_boolean()) wrongType(key, "true or false", value);
                       *target = value.get<bool>();
                   },
                   [&](std::int64_t* target) {
                       const auto number = integer(value);
                       if (!number) wrongType(key, "a whole number", value);
                       check(static_cast<double>(*number), key);
                       *target = *number;
                   },
                   [&](double* target) {
                       if (!value.is_number() || !std::isfinite(value.get<double>())) wrongType(key, "a number", value);
                       check(value.get<double>(), key);
                       *target = value.get<double>();
                   },
                   [&](std::string* target) {
                       if (!value.is_string()) wrongType(key, "a text in quotes", value);
                       const auto chosen = value.get<std::string>();
                       if (!m_choices.empty() &&
                           std::find(m_choices.begin(), m_choices.end(), chosen) == m_choices.end())
                           throw Error(key + ": there is no \"" + chosen + "\"" + suggestion(chosen, m_choices), key);
                       *target = chosen;
                   },
                   [&](std::vector<std::int64_t>* target) {
                       if (!value.is_array() || value.size() > 64)
                           wrongType(key, "a list of up to 64 whole numbers", value);
                       std::vector<std::int64_t> numbers;
                       for (const auto& item : value) {
                           const auto number = integer(item);
                           if (!number) wrongType(key, "a list of whole numbers", value);
                           check(static_cast<double>(*number), key);
                           numbers.push_back(*number);
                       }
                       *target = std::move(numbers);
                   },
               },
               m_target);
}

Json Param::schema() const
{
    const char* type = std::visit(Overloaded{
                                      [](bool*) { return "boolean"; },
                                      [](std::int64_t*) { return "integer"; },
                                      [](double*) { return "number"; },
                                      [&](std::string*) {
                                          return m_path ? "path" : m_choices.empty() ? "text" : "choice";
                                      },
                                      [](std::vector<std::int64_t>*) { return "integers"; },
                                  },
                                  m_target);
    Json schema = {{"name", m_name}, {"type", type}, {"default", value()}, {"help", m_help}};
    if (!m_unit.empty()) schema["unit"] = m_unit;
    if (m_low) schema["min"] = *m_low;
    if (m_high) schema["max"] = *m_high;
    if (!m_choices.empty()) schema["choices"] = m_choices;
    if (m_live) schema["live"] = true;
    if (m_advanced) schema["advanced"] = true;
    if (m_auto) schema["auto"] = *m_auto;
    return schema;
}

Param* Params::find(const std::string& name) const
{
    for (const auto& param : m_list)
        if (param->name() == name) return param.get();
    return nullptr;
}

std::vector<std::string> Params::names() const
{
    std::vector<std::string> all;
    for (const auto& param : m_list) all.push_back(param->name());
    return all;
}

void Configurable::read(const Json& values, const std::string& path, const std::string& whose,
                        const std::vector<std::string>& reserved)
{
    if (!values.is_object()) throw Error(path + ": should be an object in braces", path);
    Params list;
    params(list);
    for (const auto& [name, value] : values.items()) {
        if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) continue;
        const auto key = path.empty() ? name : path + "." + name;
        auto* param = list.find(name);
        if (!param) {
            auto known = list.names();
            known.insert(known.end(), reserved.begin(), reserved.end());
            throw Error(key + ": unknown parameter of " + whose + suggestion(name, known), key);
        }
        param->set(value, key);
    }
}

Json parsed(std::string_view text)
{
    constexpr int most = 64;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"')
                quoted = false;
        } else if (text[i] == '"') {
            quoted = true;
        } else if (text[i] == '[' || text[i] == '{') {
            if (++depth > most) return Json(Json::value_t::discarded);
        } else if (text[i] == ']' || text[i] == '}') {
            --depth;
        }
    }
    return Json::parse(text, nullptr, false);
}

void Configurable::makePathsAbsolute()
{
    Params list;
    params(list);
    for (const auto& param : list.list()) {
        if (!param->isPath()) continue;
        const auto path = param->value().get<std::string>();
        if (!path.empty()) param->set(std::filesystem::absolute(path).lexically_normal().string(), param->name());
    }
}

Json Configurable::values()
{
    Params list;
    params(list);
    Json all = Json::object();
    for (const auto& param : list.list()) all[param->name()] = param->value();
    return all;
}

Json Configurable::schema()
{
    Params list;
    params(list);
    Json all = Json::array();
    for (const auto& param : list.list()) all.push_back(param->schema());
    return all;
}

std::string nearest(const std::string& name, const std::vector<std::string>& candidates)
{
    std::string best;
    std::size_t least = name.size() / 2 + 1; // half of it must be right
    for (const auto& candidate : candidates) {
        const std::size_t n = name.size(), m = candidate.size();
        if (n > 100 || m > 100) continue;
        std::vector<std::vector<std::size_t>> d(n + 1, std::vector<std::size_t>(m + 1));
        for (std::size_t i = 0; i <= n; ++i) d[i][0] = i;
        for (std::size_t j = 0; j <= m; ++j) d[0][j] = j;
        for (std::size_t i = 1; i <= n; ++i)
            for (std::size_t j = 1; j <= m; ++j) {
                const std::size_t cost = name[i - 1] != candidate[j - 1];
                d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
                if (i > 1 && j > 1 && name[i - 1] == candidate[j - 2] && name[i - 2] == candidate[j - 1])
                    d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        if (d[n][m] < least) least = d[n][m], best = candidate;
    }
    return best;
}

std::string suggestion(const std::string& name, const std::vector<std::string>& candidates)
{
    const auto meant = nearest(name, candidates);
    if (!meant.empty()) return ", did you mean " + meant + "?";
    return candidates.empty() ? std::string("; it has none") : "; there are: " + joined(candidates);
}

} // namespace revisit
