// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace revisit {

/// A table of points or polygons with their attributes, all of it read at once: CSV, GeoPackage, GeoJSON or Shapefile,
/// through GDAL. It trusts no file: only these drivers, at most maxRows rows, errors name file and column.
class Vector {
public:
    static constexpr std::int64_t maxRows = 5'000'000;
    /// A CSV has a header, and columns called lon and lat, longitude and latitude, or x and y where it has places;
    /// columns where every row holds a number become numbers.
    explicit Vector(const std::filesystem::path& file);
    ~Vector();
    Vector(const Vector&) = delete;
    Vector& operator=(const Vector&) = delete;

    struct Column {
        std::string name;
        bool isNumber = true;
        std::vector<double> numbers;    ///< of each row, NAN where it has none; of a text column empty
        std::vector<std::string> texts; ///< of each row, where it is a text column
    };
    std::int64_t rows() const;
    const std::vector<Column>& columns() const;
    /// The column of this name, capitals or not; null where there is none.
    const Column* column(const std::string& name) const;
    /// Degrees, WGS 84, of each row's point, or of a point within its polygon; NAN where it has no place.
    const std::vector<double>& lon() const;
    const std::vector<double>& lat() const;
    bool hasPolygons() const;
    /// The first row whose polygon holds this point, -1 for none.
    std::int64_t rowAt(double lonDeg, double latDeg) const;

private:
    struct Table;
    std::unique_ptr<Table> m_table;
};

/// What is in a table, as `data show --json` prints it.
Json vectorInfo(const Vector& table);

} // namespace revisit
