// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/imagetable.h"
#include "datasets/base/date.h"
#include "datasets/base/error.h"
#include "datasets/vector.h"
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace revisit {
namespace {

const std::vector<std::string> fileColumns = {"file", "fn", "filename", "file_name", "image", "path", "image_path"};

const Vector::Column* firstOf(const Vector& table, const std::vector<std::string>& names)
{
    for (const auto& name : names)
        if (const auto* const found = table.column(name)) return found;
    return nullptr;
}

std::string lastPart(const std::string& path) { return path.substr(path.find_last_of("/\\") + 1); }

std::string textAt(const Vector::Column& column, std::size_t row)
{
    if (!column.isNumber) return column.texts[row];
    const double number = column.numbers[row];
    return std::isnan(number) ? ""
                              : Json(number == std::floor(number) ? Json(std::llround(number)) : Json(number)).dump();
}

// The different texts of a column among the rows that have an image, in natural order.
std::vector<std::string> choicesOf(const Vector::Column& column, const std::vector<std::int64_t>& rows)
{
    std::set<std::string, decltype(&naturalLess)> names(naturalLess);
    for (const auto row : rows)
        if (row >= 0)
            if (const auto text = textAt(column, static_cast<std::size_t>(row)); !text.empty()) names.insert(text);
    return {names.begin(), names.end()};
}

int indexIn(const std::vector<std::string>& names, const std::string& name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

} // namespace

const std::string& plainName(const std::string& name, const std::string& where)
{
    if (name.empty() || name.size() > 255 || name.front() == '.' || name.find_first_of("/\\") != std::string::npos)
        throw Error(where + ": \"" + name.substr(0, 200) + "\" is no name of a file or folder");
    return name;
}

std::optional<std::int32_t> dayIn(const std::string& text)
{
    int year = 0;
    unsigned month = 0, day = 0;
    const bool dashed = text.size() >= 10 && text[4] == text[7] && (text[4] == '-' || text[4] == '/');
    const auto* const form = dashed ? "%4d%*c%2u%*c%2u" : "%4d%2u%2u";
    if (std::sscanf(text.c_str(), form, &year, &month, &day) != 3) return {};
    return dayOf(year, month, day);
}

std::optional<std::int32_t> dayInName(const std::string& name)
{
    std::istringstream parts(name);
    for (std::string part; std::getline(parts, part, '_');)
        if (part.find_first_not_of("0123456789") == 8 && part[8] == 'T')
            if (const auto day = dayIn(part)) return day;
    return {};
}

void join(PackContents& contents, const ImageList& images, const std::filesystem::path& file)
{
    const Vector table(file);
    const auto* const names = firstOf(table, fileColumns);
    if (!names || names->isNumber) throw Error(file.string() + ": has no column of file names; call it file");
    std::map<std::string, std::int64_t> rowOf;
    for (std::size_t row = 0; row < names->texts.size(); ++row)
        rowOf.emplace(lastPart(names->texts[row]), static_cast<std::int64_t>(row));
    std::vector<std::int64_t> rows; // of each patch, -1 for none
    for (const auto& item : images.items()) {
        const auto found = rowOf.find(lastPart(item.path));
        rows.push_back(found == rowOf.end() ? -1 : found->second);
    }
    if (std::all_of(rows.begin(), rows.end(), [](std::int64_t row) { return row < 0; }))
        throw Error(file.string() + ": none of its " + std::to_string(table.rows()) + " rows names an image of " +
                    images.name() + " (its column " + names->name + ")");

    const auto* const date = firstOf(table, {"date", "timestamp", "time", "datetime"});
    const auto* const label = firstOf(table, {"class", "label", "category"});
    const auto* const place = firstOf(table, {"place", "location", "location_id", "site"});
    const auto* const split = firstOf(table, {"split"});
    auto& [format, patches, records, factors] = contents;
    const auto places = place ? choicesOf(*place, rows) : std::vector<std::string>();
    if (label) format.classes = choicesOf(*label, rows);
    for (std::size_t i = 0; i < patches.size(); ++i) {
        if (label) patches[i].label = -1;
        if (rows[i] < 0) continue;
        const auto row = static_cast<std::size_t>(rows[i]);
        auto& patch = patches[i];
        if (!patch.located()) patch.lon = table.lon()[row], patch.lat = table.lat()[row];
        if (label) patch.label = indexIn(format.classes, textAt(*label, row));
        if (place) patch.place = static_cast<std::uint32_t>(indexIn(places, textAt(*place, row)) + 1);
        if (date && !textAt(*date, row).empty()) {
            const auto day = dayIn(textAt(*date, row));
            if (!day)
                throw Error(file.string() + ": row " + std::to_string(row + 1) + ": " + textAt(*date, row) +
                            " is no date; write it as 2026-07-31");
            patch.day = *day;
        }
        if (split && !textAt(*split, row).empty())
            patch.split = textAt(*split, row) == "train" ? Split::Train : Split::Test;
    }
    const std::set<std::string> taken = {"lon", "lng", "long", "longitude", "x", "lat", "latitude", "y"};
    for (const auto& column : table.columns()) {
        if (!column.isNumber || taken.count(column.name) || &column == date || &column == label || &column == place ||
            &column == split)
            continue;
        format.factors.push_back({column.name, "", 0, {}});
        factors.emplace_back();
        for (const auto row : rows)
            factors.back().push_back(row < 0 ? NAN : static_cast<float>(column.numbers[static_cast<std::size_t>(row)]));
    }
}

} // namespace revisit
