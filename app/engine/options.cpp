// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include "datasets/dataset.h"
#include "experiments/rundirectory.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

Json settingsOf(const std::vector<std::string>& given)
{
    Json all = Json::object();
    for (const auto& setting : given) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos)
            throw Error("--set " + setting + ": should be key=value, like temperature=0.2");
        const auto text = setting.substr(equals + 1);
        auto value = parsed(text);
        all[setting.substr(0, equals)] = value.is_discarded() ? Json(text) : value;
    }
    return all;
}

Json runOn(const std::string& what, const std::vector<std::string>& settings)
{
    Json run = Json::object();
    if (fs::exists(what) &&
        (fs::is_directory(what) ? fs::exists(fs::path(what) / "run.json") : fs::path(what).extension() == ".json"))
        run = readRunFile(what);
    else if (fs::exists(what))
        run["dataset"] = recognised(what);
    else
        run["dataset"] = {{"name", what}};
    const auto all = settingsOf(settings);
    for (const auto& [key, value] : all.items()) {
        const auto dot = key.find('.');
        if (dot == std::string::npos)
            run["dataset"][key] = value;
        else
            run[key.substr(0, dot)][key.substr(dot + 1)] = value;
    }
    return run;
}

bool tellProgress(double share, const std::string& what)
{
    if (::isatty(STDERR_FILENO))
        std::fprintf(stderr, "\r\033[K%3.0f %%  %s%s", share * 100, what.c_str(), share >= 1 ? "\n" : "");
    return askedToLeave() == 0;
}

fs::path workspaceFolder()
{
    const char *set = std::getenv("HOME"), *config = std::getenv("XDG_CONFIG_HOME");
    const fs::path home = set ? set : ".";
    std::ifstream in((config && *config ? fs::path(config) : home / ".config") / "user-dirs.dirs");
    const std::string key = "XDG_DOCUMENTS_DIR=\"", own = "$HOME/";
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(key, 0) != 0 || line.back() != '"') continue;
        const auto named = line.substr(key.size(), line.size() - key.size() - 1);
        return (named.rfind(own, 0) == 0 ? home / named.substr(own.size()) : fs::path(named)) / "Revisit";
    }
    return home / "Documents" / "Revisit";
}

} // namespace revisit
