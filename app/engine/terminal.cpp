// SPDX-License-Identifier: Apache-2.0
#include "app/engine/terminal.h"
#include <cstdio>
#include <unistd.h>

namespace revisit {
namespace {

struct Column {
    const char *metric, *title;
    bool share = true;
};
constexpr Column columns[] = {
    {"linear", "linear"}, {"knn", "kNN"}, {"retrieval", "retrieval"}, {"rank", "rank", false}};

/// A cell of each column that `like` has a number for, with the column's title before it where that is wanted.
std::string cells(const Json& metrics, const Json& like, bool titled)
{
    std::string line;
    for (const auto& [metric, title, share] : columns) {
        if (!like.contains(metric)) continue;
        char text[32] = "";
        if (metrics.contains(metric) && metrics[metric].is_number()) {
            const double number = metrics[metric].get<double>();
            std::snprintf(text, sizeof text, share ? "%.1f %%" : "%.1f", share ? number * 100 : number);
        }
        char cell[80];
        std::snprintf(cell, sizeof cell, titled ? "  %s %7s" : "%.0s %10s", title, text);
        line += cell;
    }
    return line;
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
        std::fprintf(stderr, "%sstep %6s%s\n", clear, fields["step"].dump().c_str(),
                     cells(fields["metrics"], fields["metrics"], true).c_str());
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
    std::printf("\n%-28s", "");
    for (const auto& column : columns)
        if (m_last["metrics"].contains(column.metric)) std::printf(" %10s", column.title);
    std::printf("\n");
    const auto row = [&](const std::string& name, const Json& metrics) {
        std::printf("%-28s%s\n", name.c_str(), cells(metrics, m_last["metrics"], false).c_str());
    };
    if (m_baselines.is_object()) {
        row(m_last["metrics"].contains("linear") ? "always the largest class" : "chance", m_baselines["chance"]);
        row("mean and deviation of colour", m_baselines["statistics"]);
        row("untrained network", m_baselines["untrained"]);
    }
    row("after " + m_last["step"].dump() + " steps", m_last["metrics"]);
}

} // namespace revisit
