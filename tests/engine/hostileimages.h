// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/hostiletools.h"

// Hostile images, virtual rasters, archives and folders of them.
namespace revisit::testing {

inline void readScene(const std::filesystem::path& file)
{
    opened("scene", {{"path", file.string()}, {"size_px", 8}}, file.parent_path() / "cache");
}

inline void readFolder(const std::filesystem::path& file)
{
    const auto isZip = file.extension() == ".zip";
    const auto folder = file.parent_path();
    opened("folder", {{"path", isZip ? file.string() : folder.string()}}, folder.string() + ".cache");
}

/// 16 x 16 pixels of two bands that are called a and b.
inline std::string goodTiff(const std::string& nodata = {}, std::uint16_t value = 700)
{
    return geotiff<std::uint16_t>({16, 16, {"a", "b"}, nodata}, [value](std::size_t b, int x, int y) {
        return static_cast<std::uint16_t>(value ? value + b * 100 + std::size_t(x * y) : 0);
    });
}

inline void addTiffs(Corpus& corpus)
{
    corpus.cut("GeoTIFF", "cut.tif", goodTiff(), 20, readScene);
    const std::string strip(16 * 16 * 2, '\7');
    const auto with = [&](const std::string& what, const Tags& changes,
                          const std::vector<std::uint16_t>& without = {}) {
        auto tags = plainTags(16, 16, 1, 16, static_cast<std::uint32_t>(strip.size()));
        for (const auto& [id, tag] : changes) tags[id] = tag;
        for (const auto id : without) tags.erase(id);
        corpus.file("GeoTIFF", what, "lying.tif", tiff(tags, strip), readScene);
    };
    with("no width", {{256, number(0)}});
    with("no height", {{257, number(0)}});
    with("2^31 - 1 wide and high", {{256, number(0x7fffffff)}, {257, number(0x7fffffff)}});
    with("2^32 - 1 wide", {{256, number(0xffffffff)}});
    with("a million lines more than there are", {{257, number(1 << 20)}});
    with("2^20 pixels square", {{256, number(1 << 20)}, {257, number(1 << 20)}});
    with("no bands", {{277, word(0)}});
    with("65,535 bands", {{277, word(65535)}});
    with("7,000 bits", {{258, word(7000)}});
    with("no bits", {{258, word(0)}});
    with("no lines in a strip", {{278, number(0)}});
    with("an unknown compression", {{259, word(9999)}});
    with("LZW that is none", {{259, word(5)}});
    with("deflate that is none", {{259, word(8)}});
    with("JPEG that is none", {{259, word(7)}});
    with("an unknown predictor", {{259, word(8)}, {317, word(9)}});
    with("complex numbers", {{258, word(32)}, {339, word(5)}});
    with("an unknown sample format", {{339, word(77)}});
    with("a strip past the end", {{273, number(1 << 30)}});
    with("a strip at the end of 32 bits", {{273, number(0xffffffff)}});
    with("a strip of 4 GiB", {{279, number(0xffffffff)}, {273, number(1 << 28)}});
    with("no strips", {}, {273});
    with("no sizes", {}, {256, 257});
    with("tiles of 46,336 pixels square",
         {{322, number(46336)},
          {323, number(46336)},
          {324, number(8)},
          {325, number(64)},
          {256, number(46336)},
          {257, number(46336)}},
         {273, 278, 279});
    with("tiles without a size", {{322, number(0)}, {323, number(0)}, {324, number(8)}, {325, number(64)}},
         {273, 278, 279});
    with("a colour table that is none",
         {{258, word(8)}, {262, word(3)}, {320, list(3, std::vector<std::uint16_t>(768, 9))}});
    corpus.flip("GeoTIFF", "changed.tif", goodTiff(), 0, 8, 8, readScene);
    const auto good = goodTiff();
    corpus.flip("GeoTIFF", "changed.tif", good, 8 + 16 * 16 * 4, good.size(), 40, readScene);
    corpus.file("GeoTIFF", "all nodata", "nothing.tif", goodTiff("0", 0), readScene);
    const auto nan = geotiff<float>({16, 16, {"a", "b"}, {}}, [](auto, int, int) { return std::nanf(""); });
    corpus.file("GeoTIFF", "NaN everywhere", "nan.tif", nan, readScene);
}

inline void addPictures(Corpus& corpus)
{
    const auto image = png(16, 16, 0, std::string(17 * 16, '\0'));
    corpus.cut("PNG", "cut.png", image, 10, readScene);
    corpus.cut("JPEG", "cut.jpg", jpeg(), 12, readScene);
    const auto bad = [&](const char* what, const std::string& bytes) {
        corpus.file("PNG", what, "lying.png", bytes, readScene);
    };
    bad("0 x 0", png(0, 0, 0, "x"));
    bad("2^31 - 1 square", png(0x7fffffff, 0x7fffffff, 0, "x"));
    bad("60,000 square in 1,000 bytes", png(60000, 60000, 0, std::string(1000, '\0')));
    bad("a type that there is not", png(16, 16, 5, std::string(17 * 16, '\0')));
    bad("fewer rows than declared", png(16, 64, 0, std::string(17 * 16, '\0')));
    corpus.file("JPEG", "a page", "page.jpg", "<html>not found</html>", readScene);
    corpus.flip("JPEG", "changed.jpg", jpeg(), 0, 180, 20, readScene);
    corpus.flip("PNG", "changed.png", image, 0, 64, 16, readScene);
}

inline void addVirtualRasters(Corpus& corpus)
{
    const auto vrt = [&](const std::string& what, const std::string& inner) {
        corpus.file("VRT", what, "made.vrt",
                    "<VRTDataset rasterXSize=\"16\" rasterYSize=\"16\">" + inner + "</VRTDataset>",
                    [](const std::filesystem::path& file) {
                        const auto folder = file.parent_path();
                        writeFile(folder / "good.tif", goodTiff());
                        std::error_code none;
                        std::filesystem::create_symlink("/etc/passwd", folder / "link.tif", none);
                        writeFile(folder.string() + ".outside.tif", goodTiff());
                        writeFile(folder / "inner.tif", "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"/>");
                        readScene(file);
                    });
    };
    const auto band = [](const std::string& source, const char* kind = "SimpleSource") {
        return std::string("<VRTRasterBand dataType=\"UInt16\" band=\"1\"><") + kind +
               "><SourceFilename relativeToVRT=\"1\">" + source + "</SourceFilename><SourceBand>1</SourceBand></" +
               kind + "></VRTRasterBand>";
    };
    for (const char* source :
         {"../1.outside.tif", "/etc/passwd", "link.tif", "/vsicurl/http://127.0.0.1/x.tif", "/vsizip/x.zip/a.tif",
          "inner.tif", "made.vrt", "absent.tif", "", ".", "MEM:::DATAPOINTER=1,PIXELS=1,LINES=1", "NETCDF:x.nc:v"})
        vrt(std::string("a source ") + source, band(source));
    vrt("raw bands", "<VRTRasterBand dataType=\"Byte\" band=\"1\" subClass=\"VRTRawRasterBand\"><SourceFilename "
                     "relativetoVRT=\"0\">/etc/passwd</SourceFilename></VRTRasterBand>");
    vrt("a pixel function",
        "<VRTRasterBand dataType=\"Byte\" band=\"1\" subClass=\"VRTDerivedRasterBand\"><PixelFunctionType>x"
        "</PixelFunctionType><PixelFunctionLanguage>Python</PixelFunctionLanguage></VRTRasterBand>");
    vrt("a pixel function without a kind",
        "<VRTRasterBand dataType=\"Byte\" band=\"1\"><PixelFunctionType>sum</PixelFunctionType></VRTRasterBand>");
    vrt("warping", "<GDALWarpOptions><SourceDataset>/etc/passwd</SourceDataset></GDALWarpOptions>");
    vrt("filtering", band("good.tif", "KernelFilteredSource"));
    vrt("no bands", "");
    vrt("two types",
        band("good.tif") +
            "<VRTRasterBand dataType=\"Float32\" band=\"2\"><SimpleSource><SourceFilename relativeToVRT=\"1\">good.tif"
            "</SourceFilename><SourceBand>2</SourceBand></SimpleSource></VRTRasterBand>");
    vrt("a band that its source lacks",
        "<VRTRasterBand dataType=\"UInt16\" band=\"1\"><SimpleSource><SourceFilename "
        "relativeToVRT=\"1\">good.tif</SourceFilename><SourceBand>9</SourceBand></SimpleSource></VRTRasterBand>");
    corpus.file(
        "VRT", "another's name", "disguised.tif",
        "<VRTDataset rasterXSize=\"20\" rasterYSize=\"1\"><VRTRasterBand dataType=\"Byte\" band=\"1\" "
        "subClass=\"VRTRawRasterBand\"><SourceFilename>/etc/passwd</SourceFilename></VRTRasterBand></VRTDataset>",
        readScene);
    std::string deep;
    for (int i = 0; i < 20000; ++i) deep += "<Metadata>";
    vrt("20,000 elements deep", deep);
    corpus.cut("VRT", "cut.vrt",
               "<VRTDataset rasterXSize=\"16\" rasterYSize=\"16\">" + band("absent.tif") + "</VRTDataset>", 6,
               readScene);
}

inline void addArchives(Corpus& corpus)
{
    const auto bad = [&](const std::string& what, const std::string& bytes) {
        corpus.file("zip", what, "images.zip", bytes, readFolder);
    };
    for (const char* name :
         {"../evil.jpg", "a/../../evil.jpg", "/etc/evil.jpg", "a\\..\\evil.jpg", "..", "a/..", "", "C:\\evil.jpg"})
        bad(std::string("an entry called ") + name, zip({{"good.jpg", jpeg()}, {name, jpeg()}}));
    bad("a link", zip({{"link.jpg", "/etc/passwd", 0120777}}));
    bad("a device", zip({{"null.jpg", "", 0020666}}));
    bad("a name twice", zip({{"a.jpg", jpeg()}, {"a.jpg", jpeg()}}));
    bad("4 GiB declared", zip({{"a.jpg", "x", 0100644, 0xfffffff0}}));
    bad("a thousandfold", zip({{"a.jpg", "truth", 0100644, 200u << 20}}));
    bad("no images", zip({{"readme.txt", "x"}}));
    bad("nothing", zip({}));
    bad("a damaged image among good ones", zip({{"a.jpg", jpeg()}, {"b.jpg", jpeg().substr(0, 300)}}));
    bad("a text called an image", zip({{"a.jpg", "not an image"}}));
    bad("other bands", zip({{"a.jpg", jpeg()}, {"b.png", png(16, 16, 0, std::string(17 * 16, '\0'))}}));
    bad("not UTF-8", zip({{"\xff\xfe.jpg", "x"}}));
    const auto good = zip({{"a/1.jpg", jpeg()}, {"b/2.jpg", jpeg()}});
    corpus.cut("zip", "cut.zip", good, 16, readFolder);
    corpus.flip("zip", "changed.zip", good, good.size() - 160, good.size(), 32, readFolder);
}

inline void addFolders(Corpus& corpus)
{
    using Files = std::vector<std::pair<std::string, std::string>>;
    const auto bad = [&](const std::string& what, const std::string& names, const Files& files) {
        const auto folder = corpus.newFolder();
        corpus.add({"folder", what,
                    [folder, files] {
                        for (const auto& [name, bytes] : files) writeFile(folder / name, bytes);
                        readFolder(folder / "x");
                    },
                    names});
    };
    const auto three =
        geotiff<std::uint16_t>({16, 16, {"a", "b", "c"}, {}}, [](auto, int, int) { return std::uint16_t(1); });
    const auto other =
        geotiff<std::uint16_t>({16, 16, {"a", "z"}, {}}, [](auto, int, int) { return std::uint16_t(1); });
    const auto real = geotiff<float>({16, 16, {"a", "b"}, {}}, [](auto, int, int) { return 1.f; });
    bad("a band more", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", three}});
    bad("a band missing", "2.tif", {{"1.tif", three}, {"2.tif", goodTiff()}});
    bad("another band", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", other}});
    bad("another type", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", real}});
    bad("another nodata", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", goodTiff("700")}});
    bad("an empty file", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", ""}});
    bad("a text", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", "moved"}});
    bad("cut short", "2.tif", {{"1.tif", goodTiff()}, {"2.tif", goodTiff().substr(0, 700)}});
    bad("no images", "dataset.path", {{"readme.txt", "x"}});
    bad("a virtual raster under another name", "1.tif",
        {{"1.tif", "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"/>"}});
}

} // namespace revisit::testing
