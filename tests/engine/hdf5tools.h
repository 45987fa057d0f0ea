// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "datasets/sources/confined.h"
#include "engine/sourcetools.h"
#include <hdf5.h>
#include <numbers>

// Files of So2Sat, MMEarth and CropHarvest as their authors describe them, small, every number known.
namespace revisit::testing {

/// A test whose process can make packs from HDF5, as the engine's can.
#define HDF5_TEST_MAIN(Test)                                                                                           \
    int main(int argc, char** argv)                                                                                    \
    {                                                                                                                  \
        if (const auto code = revisit::packConfined(argc, argv)) return *code;                                         \
        Test test;                                                                                                     \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }

class H5File {
public:
    explicit H5File(const std::filesystem::path& file)
    {
        std::filesystem::create_directories(file.parent_path());
        m_file = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    }
    ~H5File() { H5Fclose(m_file); }
    H5File(const H5File&) = delete;
    H5File& operator=(const H5File&) = delete;
    hid_t id() const { return m_file; }

    /// `plan` changes how it is stored; without values nothing is.
    void write(const char* name, const std::vector<hsize_t>& dims, hid_t type, const std::vector<double>& values,
               const std::function<void(hid_t)>& plan = {}) const
    {
        const auto space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
        const auto how = H5Pcreate(H5P_DATASET_CREATE);
        if (plan) plan(how);
        const auto data = H5Dcreate2(m_file, name, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
        if (!values.empty()) H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(data), H5Pclose(how), H5Sclose(space);
    }
    /// Records of two texts, as NumPy's S100 and S10.
    void writeNames(const char* name, const std::vector<std::array<std::string, 2>>& rows) const
    {
        const auto text = [](std::size_t bytes) {
            const auto type = H5Tcopy(H5T_C_S1);
            H5Tset_size(type, bytes), H5Tset_strpad(type, H5T_STR_NULLPAD);
            return type;
        };
        const auto id = text(100), level = text(10), both = H5Tcreate(H5T_COMPOUND, 110);
        H5Tinsert(both, "tile_id", 0, id), H5Tinsert(both, "S2_type", 100, level);
        std::string bytes;
        for (auto [first, second] : rows) first.resize(100), second.resize(10), bytes += first + second;
        const hsize_t count = rows.size(), one = 1;
        const auto space = H5Screate_simple(1, &count, nullptr), how = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(how, 1, &one), H5Pset_deflate(how, 4);
        const auto data = H5Dcreate2(m_file, name, both, space, H5P_DEFAULT, how, H5P_DEFAULT);
        H5Dwrite(data, both, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
        H5Dclose(data), H5Pclose(how), H5Sclose(space), H5Tclose(both), H5Tclose(id), H5Tclose(level);
    }

private:
    hid_t m_file;
};

/// The number of a place in an array: in [0, 1), all different nearby, not exact in single precision.
inline double known(std::size_t seed, std::size_t index)
{
    return static_cast<double>((seed * 7919 + index * 104729) % 10007) / 10007;
}
inline std::vector<double> knownValues(std::size_t seed, std::size_t count, double scale = 1)
{
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = known(seed, i) * scale;
    return values;
}
inline std::function<void(hid_t)> gzipped(const std::vector<hsize_t>& chunk)
{
    return [chunk](hid_t how) {
        H5Pset_chunk(how, static_cast<int>(chunk.size()), chunk.data());
        H5Pset_shuffle(how), H5Pset_deflate(how, 4), H5Pset_fletcher32(how);
    };
}

inline constexpr std::size_t lczPx = 32, lczRow2 = lczPx * lczPx * 10, lczRow1 = lczPx * lczPx * 8;

/// One of So2Sat's files: the class of row r is r % 17. In row 1 a number is NaN and one infinite.
inline void writeSo2Sat(const std::filesystem::path& file, std::size_t rows, std::size_t seed)
{
    const H5File out(file);
    auto sen2 = knownValues(seed, rows * lczRow2);
    sen2[lczRow2 + 25] = NAN, sen2[lczRow2 + 36] = INFINITY;
    std::vector<double> label(rows * 17);
    for (std::size_t r = 0; r < rows; ++r) label[r * 17 + r % 17] = 1;
    out.write("sen1", {rows, lczPx, lczPx, 8}, H5T_IEEE_F64LE, knownValues(seed + 1, rows * lczRow1));
    out.write("sen2", {rows, lczPx, lczPx, 10}, H5T_IEEE_F64LE, sen2);
    out.write("label", {rows, 17}, H5T_IEEE_F64LE, label);
}

inline constexpr std::size_t tiles = 12, tilePx = 16, tileArea = tilePx * tilePx;

inline std::string tileName(std::size_t row) { return "tile-" + std::to_string(1000 + row); }

/// MMEarth in `folder`, named as its folder. Row 3 has no radar of one orbit and no climate, row 4 no canopy.
inline std::filesystem::path writeMMEarth(const std::filesystem::path& folder)
{
    const auto base = (folder / folder.filename()).string();
    const H5File out(base + ".h5");
    const auto image = [&](const char* name, std::size_t bands, hid_t type, std::vector<double> values) {
        for (auto& value : values)
            if (std::isfinite(value)) value = std::floor(value);
        out.write(name, {tiles, bands, tilePx, tilePx}, type, values, gzipped({1, bands, tilePx, tilePx}));
    };
    auto radar = knownValues(2, tiles * 8 * tileArea, -30);
    std::fill_n(radar.begin() + 3 * 8 * tileArea + 4 * tileArea, 4 * tileArea, -INFINITY);
    auto canopy = knownValues(4, tiles * 2 * tileArea, 60);
    std::fill_n(canopy.begin() + 4 * 2 * tileArea, 2 * tileArea, -1);
    image("sentinel2", 13, H5T_STD_U16LE, knownValues(1, tiles * 13 * tileArea, 10000));
    image("sentinel1", 8, H5T_IEEE_F32LE, radar);
    image("aster", 2, H5T_STD_I16LE, knownValues(3, tiles * 2 * tileArea, 4000));
    image("canopy_height_eth", 2, H5T_STD_I8LE, canopy);
    image("esa_worldcover", 1, H5T_STD_U8LE, knownValues(5, tiles * tileArea, 100));
    image("dynamic_world", 1, H5T_STD_U8LE, knownValues(6, tiles * tileArea, 10));
    image("sentinel2_scl", 1, H5T_STD_U8LE, knownValues(7, tiles * tileArea, 12));
    image("sentinel2_cloudmask", 1, H5T_STD_U16LE, std::vector<double>(tiles * tileArea, 65535));
    image("sentinel2_cloudprod", 1, H5T_STD_U16LE, knownValues(8, tiles * tileArea, 100));
    auto era5 = knownValues(9, tiles * 12, 300);
    std::fill_n(era5.begin() + 3 * 12, 12, INFINITY);
    std::vector<double> biome(tiles * 14), lon, lat, month;
    std::vector<std::array<std::string, 2>> names;
    Json info;
    for (std::size_t r = 0; r < tiles; ++r) {
        biome[r * 14 + r % 14] = 1;
        const double at[] = {-170 + 28.0 * double(r), -60 + 11.0 * double(r)}, radians = std::numbers::pi / 180;
        for (const auto& [list, angle] :
             {std::pair{&lon, at[0] * radians}, {&lat, at[1] * radians}, {&month, double(r + 1) * 30 * radians}})
            list->push_back(std::sin(angle)), list->push_back(std::cos(angle));
        names.push_back({tileName(r), r % 3 ? "l2a" : "l1c"});
        const auto day = "2018-" + std::string(r < 9 ? "0" : "") + std::to_string(r + 1) + "-16";
        info[tileName(r)] = {{"S2_DATE", day},      {"S2_type", names.back()[1]},
                             {"CRS", "EPSG:32721"}, {"lat", at[1]},
                             {"lon", at[0]},        {"BANDS", {{"aster", {"elevation", "slope"}}}}};
    }
    out.write("era5", {tiles, 12}, H5T_IEEE_F32LE, era5, gzipped({1, 12}));
    out.write("biome", {tiles, 14}, H5T_STD_U8LE, biome, gzipped({1, 14}));
    out.write("lon", {tiles, 2}, H5T_IEEE_F32LE, lon, gzipped({1, 2}));
    out.write("lat", {tiles, 2}, H5T_IEEE_F32LE, lat, gzipped({1, 2}));
    out.write("month", {tiles, 2}, H5T_IEEE_F32LE, month, gzipped({1, 2}));
    out.writeNames("metadata", names);
    writeFile(base + "_tile_info.json", info.dump());
    writeFile(base + "_splits.json", R"({"train": [11, 0, 1, 2, 3, 4, 5, 6], "val": [8], "test": [10, 9]})");
    writeFile(base + "_band_stats.json", "{}");
    return base + ".h5";
}

inline void writeArray(const std::filesystem::path& file, std::size_t seed, double scale = 300)
{
    H5File(file).write("array", {12, 18}, H5T_IEEE_F64LE, knownValues(seed, 12 * 18, scale));
}

} // namespace revisit::testing
