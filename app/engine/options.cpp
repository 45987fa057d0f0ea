// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include <cstdlib>
#include <fstream>

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
