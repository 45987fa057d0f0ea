// SPDX-License-Identifier: Apache-2.0
#include "datasets/vector.h"
#include "datasets/base/error.h"
#include "datasets/gdal.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <gdal_priv.h>
#include <map>
#include <numeric>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>

namespace revisit {
namespace {

std::string lower(std::string text)
{
    for (auto& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

bool isOneOf(const std::string& name, std::initializer_list<const char*> names)
{
    return std::any_of(names.begin(), names.end(), [&](const char* one) { return name == one; });
}

struct TransformDestroyer {
    void operator()(OGRCoordinateTransformation* it) const { OGRCoordinateTransformation::DestroyCT(it); }
};
using Transform = std::unique_ptr<OGRCoordinateTransformation, TransformDestroyer>;

constexpr double boxDeg = 1;       // of the cells in which polygons are looked up
constexpr double mostCells = 1000; // of one polygon; larger ones are looked at each time
std::int64_t cellOf(double degrees) { return static_cast<std::int64_t>(std::floor(degrees / boxDeg)); }

} // namespace

struct Vector::Table {
    std::string name;
    std::vector<Column> columns;
    std::vector<double> lon, lat;
    std::vector<std::unique_ptr<OGRGeometry>> shapes; // in degrees; null where a row has none
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::int64_t>> cells;
    std::vector<std::int64_t> large;
    bool polygons = false;

    [[noreturn]] void refuse(const std::string& what) const { throw Error(name + ": " + what); }
    void read(OGRLayer& layer);
    void place(const OGRGeometry& geometry, OGRCoordinateTransformation* toDegrees);
    void placeByColumns();
    void index();
};

void Vector::Table::read(OGRLayer& layer)
{
    auto& fields = *layer.GetLayerDefn();
    for (int f = 0; f < fields.GetFieldCount(); ++f) {
        const auto type = fields.GetFieldDefn(f)->GetType();
        const bool number = type == OFTInteger || type == OFTInteger64 || type == OFTReal;
        columns.push_back({fields.GetFieldDefn(f)->GetNameRef(), number, {}, {}});
    }
    Transform toDegrees;
    if (const auto* system = layer.GetSpatialRef()) {
        OGRSpatialReference degrees, own(*system);
        degrees.SetWellKnownGeogCS("WGS84");
        degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        own.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        toDegrees.reset(OGRCreateCoordinateTransformation(&own, &degrees));
    }
    CPLErrorReset();
    for (const auto& feature : layer) {
        if (static_cast<std::int64_t>(lon.size()) == maxRows)
            refuse("has more than " + std::to_string(maxRows) + " rows; split it");
        for (std::size_t f = 0; f < columns.size(); ++f) {
            const int at = static_cast<int>(f);
            const bool there = feature->IsFieldSetAndNotNull(at);
            if (columns[f].isNumber)
                columns[f].numbers.push_back(there ? feature->GetFieldAsDouble(at) : NAN);
            else
                columns[f].texts.emplace_back(there ? feature->GetFieldAsString(at) : "");
        }
        lon.push_back(NAN);
        lat.push_back(NAN);
        shapes.emplace_back();
        if (const auto* geometry = feature->GetGeometryRef(); geometry && !geometry->IsEmpty())
            place(*geometry, toDegrees.get());
    }
    if (CPLGetLastErrorType() == CE_Failure) refuse("is damaged (" + gdalReason("unreadable") + ")");
}

void Vector::Table::place(const OGRGeometry& geometry, OGRCoordinateTransformation* toDegrees)
{
    std::unique_ptr<OGRGeometry> shape(geometry.clone());
    if (toDegrees && shape->transform(toDegrees) != OGRERR_NONE) return;
    shape->flattenTo2D();
    OGRPoint point;
    const auto kind = wkbFlatten(shape->getGeometryType());
    if (kind == wkbPoint)
        point = *shape->toPoint();
    else if (shape->Centroid(&point) != OGRERR_NONE)
        return;
    if (kind == wkbPolygon || kind == wkbMultiPolygon) {
        if (!shape->Contains(&point)) { // a crescent's centre lies outside of it
            const std::unique_ptr<OGRGeometry> boundary(shape->Boundary());
            if (boundary && boundary->getGeometryType() == wkbLineString) boundary->toLineString()->StartPoint(&point);
        }
        polygons = true;
    }
    lon.back() = point.getX();
    lat.back() = point.getY();
    shapes.back() = std::move(shape);
}

// Columns of a CSV, which has no geometry of its own.
void Vector::Table::placeByColumns()
{
    const Column *x = nullptr, *y = nullptr;
    for (const auto& column : columns) {
        const auto called = lower(column.name);
        if (!column.isNumber) continue;
        if (!x && isOneOf(called, {"lon", "lng", "long", "longitude", "x"})) x = &column;
        if (!y && isOneOf(called, {"lat", "latitude", "y"})) y = &column;
    }
    if (!x || !y) return;
    lon = x->numbers;
    lat = y->numbers;
}

void Vector::Table::index()
{
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        if (!shapes[i] || !polygons) continue;
        OGREnvelope box;
        shapes[i]->getEnvelope(&box);
        const double cellsWide = (box.MaxX - box.MinX) / boxDeg + 1, cellsHigh = (box.MaxY - box.MinY) / boxDeg + 1;
        if (!(cellsWide * cellsHigh <= mostCells)) {
            large.push_back(static_cast<std::int64_t>(i));
            continue;
        }
        for (auto cx = cellOf(box.MinX); cx <= cellOf(box.MaxX); ++cx)
            for (auto cy = cellOf(box.MinY); cy <= cellOf(box.MaxY); ++cy)
                cells[{cx, cy}].push_back(static_cast<std::int64_t>(i));
    }
}

Vector::Vector(const std::filesystem::path& file) : m_table(std::make_unique<Table>())
{
    startGdal();
    auto& table = *m_table;
    table.name = file.string();
    const auto path = gdalName(file);
    static constexpr const char* drivers[] = {"CSV", "GPKG", "GeoJSON", "ESRI Shapefile", nullptr};
    static constexpr const char* options[] = {"AUTODETECT_TYPE=YES", "HEADERS=YES", nullptr};
    CPLErrorReset();
    const auto extension = lower(file.extension().string());
    const std::unique_ptr<GDALDataset, GdalCloser> dataset(GDALDataset::Open(
        path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, extension == ".csv" ? options : nullptr));
    if (!dataset || dataset->GetLayerCount() < 1)
        table.refuse("cannot be read as a table (" +
                     gdalReason("no CSV, GeoPackage, GeoJSON or Shapefile that Revisit reads") + ")");
    table.read(*dataset->GetLayer(0));
    const auto placed = [](double degrees) { return !std::isnan(degrees); };
    if (std::none_of(table.lon.begin(), table.lon.end(), placed)) table.placeByColumns();
    for (std::size_t i = 0; i < table.lon.size(); ++i) {
        if (std::isnan(table.lon[i]) || std::isnan(table.lat[i])) continue;
        const auto row = "row " + std::to_string(i + 1);
        if (std::abs(table.lat[i]) > 90 && std::abs(table.lon[i]) <= 90)
            table.refuse(row + " has longitude and latitude the wrong way round (" + std::to_string(table.lon[i]) +
                         ", " + std::to_string(table.lat[i]) + "); swap the columns");
        if (std::abs(table.lat[i]) > 90 || std::abs(table.lon[i]) > 180)
            table.refuse(row + " is not on the globe (" + std::to_string(table.lon[i]) + ", " +
                         std::to_string(table.lat[i]) + "); give degrees, or a file that names its reference system");
    }
    table.index();
}

Vector::~Vector() = default;

std::int64_t Vector::rows() const { return static_cast<std::int64_t>(m_table->lon.size()); }

const std::vector<Vector::Column>& Vector::columns() const { return m_table->columns; }

const Vector::Column* Vector::column(const std::string& name) const
{
    for (const auto& column : m_table->columns)
        if (lower(column.name) == lower(name)) return &column;
    return nullptr;
}

const std::vector<double>& Vector::lon() const { return m_table->lon; }

const std::vector<double>& Vector::lat() const { return m_table->lat; }

bool Vector::hasPolygons() const { return m_table->polygons; }

std::int64_t Vector::rowAt(double lonDeg, double latDeg) const
{
    const OGRPoint point(lonDeg, latDeg);
    std::int64_t first = -1;
    const auto look = [&](const std::vector<std::int64_t>& some) {
        for (const auto row : some)
            if ((first < 0 || row < first) && m_table->shapes[static_cast<std::size_t>(row)]->Contains(&point))
                first = row;
    };
    look(m_table->large);
    const auto found = m_table->cells.find({cellOf(lonDeg), cellOf(latDeg)});
    if (found != m_table->cells.end()) look(found->second);
    return first;
}

Json vectorInfo(const Vector& table)
{
    const auto extent = [](const std::vector<double>& degrees) {
        Json range = Json::array();
        double low = INFINITY, high = -INFINITY;
        for (const double value : degrees)
            if (!std::isnan(value)) low = std::min(low, value), high = std::max(high, value);
        if (low <= high) range = {low, high};
        return range;
    };
    Json all = {{"rows", table.rows()},
                {"shapes", table.hasPolygons() ? "polygons" : "points"},
                {"lon", extent(table.lon())},
                {"lat", extent(table.lat())},
                {"columns", Json::array()}};
    for (const auto& column : table.columns()) {
        Json item = {{"name", column.name}, {"type", column.isNumber ? "number" : "text"}};
        if (column.isNumber) {
            std::vector<double> there;
            std::copy_if(column.numbers.begin(), column.numbers.end(), std::back_inserter(there),
                         [](double value) { return std::isfinite(value); });
            item["rows"] = there.size();
            if (!there.empty()) {
                item["mean"] = std::accumulate(there.begin(), there.end(), 0.0) / static_cast<double>(there.size());
                item["minimum"] = *std::min_element(there.begin(), there.end());
                item["maximum"] = *std::max_element(there.begin(), there.end());
            }
        } else {
            item["rows"] = std::count_if(column.texts.begin(), column.texts.end(),
                                         [](const std::string& text) { return !text.empty(); });
        }
        all["columns"].push_back(item);
    }
    return all;
}

} // namespace revisit
