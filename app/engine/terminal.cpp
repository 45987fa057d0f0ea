// SPDX-License-Identifier: Apache-2.0
#include "app/engine/terminal.h"
#include <cstdio>
#include <unistd.h>

namespace revisit {
namespace {

std::string percent(const Json& metrics, const char* name)
{
    if (!metrics.contains(name) || !metrics[name].is_number()) return "";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", metrics[name].get<double>() * 100);
    return text;
}

std::string number(const Json& metrics, const char* name)
{
    if (!metrics.contains(name) || !metrics[name].is_number()) return "";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", metrics[name].get<double>());
    return text;
}

} // namespace

void Terminal::bar(std::int64_t step, double loss) const
{
    if (!::isatty(STDERR_FILENO)) return;
    const int width = 30, done = static_cast<int>(step * width / std::max<std::int64_t>(1, m_steps));
    const double batch = m_started.contains("config") ? m_started["config"]["training"]["batch"].get<double>() : 1;
    const double left = m_rate > 0 ? static_cast<double>(m_steps - step) * batch / m_rate : 0;
    std::fprintf(stderr, "\r\033[K[%.*s%.*s] step %lld of %lld  loss %.3f  %.0f patches/s  about %.0f s left", done,
                 "##############################", width - done, "..............................",
                 static_cast<long long>(step), static_cast<long long>(m_steps), loss, m_rate, left);
    std::fflush(stderr);
}

void Terminal::operator()(const std::string& event, const Json& fields)
{
    const bool tty = ::isatty(STDERR_FILENO);
    const char* clear = tty ? "\r\033[K" : "";
    if (event == "started") {
        m_started = fields;
        m_steps = fields["steps"].get<std::int64_t>();
        const auto& data = fields["data"];
        std::fprintf(stderr, "%s on %s: %s training patches, %s on %s (%s threads)\n",
                     fields["loss"]["title"].get<std::string>().c_str(), data["name"].get<std::string>().c_str(),
                     data["train"].dump().c_str(), fields["device"].get<std::string>().c_str(),
                     fields["device_name"].get<std::string>().c_str(), fields["threads"].dump().c_str());
    } else if (event == "step") {
        m_rate = fields["rate"].get<double>();
        bar(fields["step"].get<std::int64_t>(), fields["loss"].get<double>());
    } else if (event == "probe") {
        if (fields.contains("baselines")) m_baselines = fields["baselines"];
        m_last = fields;
        std::fprintf(stderr, "%sstep %6s  linear %7s  kNN %7s  retrieval %7s  rank %s\n", clear,
                     fields["step"].dump().c_str(), percent(fields["metrics"], "linear").c_str(),
                     percent(fields["metrics"], "knn").c_str(), percent(fields["metrics"], "retrieval").c_str(),
                     number(fields["metrics"], "rank").c_str());
    } else if (event == "warning" || event == "error") {
        std::fprintf(stderr, "%s%s: %s\n", clear, event.c_str(), fields["message"].get<std::string>().c_str());
    } else if (event == "resumed") {
        std::fprintf(stderr, "%sgoing on from step %s\n", clear, fields["from_step"].dump().c_str());
    } else if (event == "finished") {
        std::fprintf(stderr, "%s%s after step %s\n", clear, fields["reason"].get<std::string>().c_str(),
                     fields["step"].dump().c_str());
    }
}

void Terminal::table() const
{
    if (!m_last.is_object()) return;
    std::printf("\n%-28s %10s %10s %10s %8s\n", "", "linear", "kNN", "retrieval", "rank");
    const auto row = [](const std::string& name, const Json& metrics) {
        std::printf("%-28s %10s %10s %10s %8s\n", name.c_str(), percent(metrics, "linear").c_str(),
                    percent(metrics, "knn").c_str(), percent(metrics, "retrieval").c_str(),
                    number(metrics, "rank").c_str());
    };
    if (m_baselines.is_object()) {
        row("always the largest class", m_baselines["chance"]);
        row("mean and deviation of colour", m_baselines["statistics"]);
        row("untrained network", m_baselines["untrained"]);
    }
    row("after " + m_last["step"].dump() + " steps", m_last["metrics"]);
}

} // namespace revisit
