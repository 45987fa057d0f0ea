// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace revisit {

/// "2026-07-31" of days counted from 1970-01-01.
inline std::string dateText(std::int32_t day)
{
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    char text[20];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
    return text;
}

/// Days from 1970-01-01 of a date; nothing where there is no such day.
inline std::optional<std::int32_t> dayOf(int year, unsigned month, unsigned day)
{
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok() || year < 1 || year > 9999) return {};
    return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

/// From 0 on 1 January to 365.
inline int dayOfYear(std::int32_t day)
{
    const std::chrono::sys_days at{std::chrono::days{day}};
    const std::chrono::year_month_day date{at};
    return static_cast<int>((at - std::chrono::sys_days{date.year() / 1 / 1}).count());
}

} // namespace revisit
