// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "engine/hdf5tools.h"

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

// Whatever a file holds ends with a pack or a sentence that names it, and this process goes on.
class TestHdf5Hostile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return pathIn(m_folder, name); }
    std::string refused(const char* name, const fs::path& file) const
    {
        fs::remove_all(path("cache"));
        const auto said = errorOf([&] { opened(name, {{"path", file.string()}}, path("cache")); });
        std::error_code none;
        if (!said.empty() && fs::exists(path("cache/packs")) && !fs::is_empty(path("cache/packs"), none))
            return "left something in the cache after: " + said;
        return said;
    }
    // A file of So2Sat with one data set written otherwise.
    std::string refusedWith(const char* name, const std::function<void(const H5File&)>& write) const
    {
        const auto file = path("strange.h5");
        {
            const H5File out(file);
            const auto has = [&](const char* other) { return std::string(name) != other; };
            if (has("sen1")) out.write("sen1", {2, 32, 32, 8}, H5T_IEEE_F64LE, knownValues(1, 2 * lczRow1));
            if (has("sen2")) out.write("sen2", {2, 32, 32, 10}, H5T_IEEE_F64LE, knownValues(2, 2 * lczRow2));
            if (has("label")) out.write("label", {2, 17}, H5T_IEEE_F64LE, std::vector<double>(34));
            write(out);
        }
        return refused("so2sat", file);
    }

private Q_SLOTS:
    void refusesWhatIsNotPlain()
    {
        COMPARE_CONTAINS(refusedWith("sen2", [](const H5File&) {}), "has no data set sen2");
        COMPARE_CONTAINS(
            refusedWith("sen2",
                        [](const H5File& out) {
                            out.write("sen2", {2, 32, 32, 9}, H5T_IEEE_F64LE, knownValues(1, 2 * 32 * 32 * 9));
                        }),
            "has the shape (n, 32, 32, 9)");
        COMPARE_CONTAINS(refusedWith("label",
                                     [](const H5File& out) {
                                         out.write("label", {2, 17}, H5T_IEEE_F64LE, std::vector<double>(34, NAN));
                                     }),
                         "names no class in row 1");
        COMPARE_CONTAINS(refusedWith("sen2",
                                     [](const H5File& out) {
                                         out.write("sen2", {1ull << 40, 32, 32, 10}, H5T_IEEE_F64LE, {}, [](hid_t how) {
                                             const hsize_t chunk[] = {1, 32, 32, 10};
                                             H5Pset_chunk(how, 4, chunk);
                                         });
                                     }),
                         "declares 1099511627776 rows");
        COMPARE_CONTAINS(refusedWith("sen2",
                                     [](const H5File& out) {
                                         out.write("sen2", {1 << 20, 32, 32, 10}, H5T_IEEE_F64LE, {}, [](hid_t how) {
                                             const hsize_t chunk[] = {1, 32, 32, 10};
                                             H5Pset_chunk(how, 4, chunk);
                                         });
                                     }),
                         "the file holds 0 bytes");
        COMPARE_CONTAINS(refusedWith("sen2",
                                     [](const H5File& out) {
                                         H5Lcreate_external("other.h5", "sen2", out.id(), "sen2", H5P_DEFAULT,
                                                            H5P_DEFAULT);
                                     }),
                         "is a link to elsewhere");
        COMPARE_CONTAINS(refusedWith("sen2",
                                     [](const H5File& out) {
                                         out.write("sen2", {2, 32, 32, 10}, H5T_IEEE_F64LE, {}, [](hid_t how) {
                                             H5Pset_external(how, "/etc/passwd", 0, 2 * lczRow2 * 8);
                                         });
                                     }),
                         "is stored in other files");
        COMPARE_CONTAINS(refusedWith("sen2",
                                     [](const H5File& out) {
                                         out.write("sen2", {2, 32, 32, 10}, H5T_IEEE_F64LE, {}, [](hid_t how) {
                                             const hsize_t chunk[] = {1, 32, 32, 10};
                                             H5Pset_chunk(how, 4, chunk);
                                             H5Pset_scaleoffset(how, H5Z_SO_FLOAT_DSCALE, 3);
                                         });
                                     }),
                         "scale-offset");
        writeFile(path("page.h5"), "<html>no such file</html>");
        COMPARE_CONTAINS(errorOf([&] { recognised(path("page.h5")); }), "does not begin as an HDF5 file does");
    }
    void survivesCutAndFlippedFiles()
    {
        writeSo2Sat(path("good.h5"), 2, 1);
        const auto packed = bytesIn(writeMMEarth(path("m")));
        const auto plain = bytesIn(path("good.h5"));
        for (std::size_t i = 0; i < 90; ++i) {
            const bool isPlain = i % 2;
            auto bytes = isPlain ? plain : packed;
            Random random(5, "hostile", i);
            if (i < 25)
                bytes.resize(bytes.size() * i / 25);
            else
                for (int k = 0; k < 4; ++k)
                    bytes[random.below(i % 3 ? 4096 : bytes.size())] ^= char(1 + random.below(255));
            const auto file = isPlain ? path("bad.h5") : path("m/m.h5");
            writeFile(file, bytes);
            const auto said = refused(isPlain ? "so2sat" : "mmearth", file);
            if (i < 25) QVERIFY(!said.empty());
            if (!said.empty()) COMPARE_CONTAINS(said, ".h5: ");
        }
    }
};

HDF5_TEST_MAIN(TestHdf5Hostile)
#include "tst_hdf5hostile.moc"
