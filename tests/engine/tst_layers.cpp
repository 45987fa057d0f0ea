// SPDX-License-Identifier: Apache-2.0
#include "viewtesting.h"

using namespace viewtesting;

namespace {

constexpr std::int64_t px = 12, count = 20;

/// Brightness of 8 bits, heights of two looks each with an offset and nodata, and a radar that every third patch lacks.
std::shared_ptr<Pack> threeLayers(const QTemporaryDir& folder)
{
    PackContents contents;
    auto& format = contents.format;
    format.name = "layers";
    format.sizePx = px;
    format.layers = {
        {"rgb", "", Sample::UInt8, displayBands()},
        {"relief", "", Sample::Int16, {{.name = "height", .unit = "m", .scale = 0.5, .offset = 100, .nodata = -9999.}}},
        {"radar", "", Sample::Float32, {{.name = "VV", .unit = "dB"}, {.name = "VH", .unit = "dB"}}}};
    contents.records.assign(3, std::vector<std::uint32_t>(count, Pack::noRecord));
    for (std::uint32_t i = 0; i < count; ++i) {
        contents.patches.push_back({.id = std::to_string(i), .place = i / 2});
        contents.records[0][i] = i;
        contents.records[1][i] = i / 2;
        if (i % 3) contents.records[2][i] = i;
    }
    const auto read = [](std::size_t layer, std::int64_t number, std::span<std::byte> record) {
        const auto values = (patches(1, 3, px) + 0.01 * static_cast<double>(number)).flatten();
        const auto put = [&]<class T>(const at::Tensor& samples, T) {
            std::memcpy(record.data(), samples.contiguous().data_ptr<T>(), record.size());
        };
        if (layer == 0) put((values * 200).to(at::kByte), std::uint8_t());
        if (layer == 2) put(values * 10 - 20, float());
        if (layer == 1) {
            const auto heights = (values * 3000 - 1000).to(at::kShort).clone();
            heights[7] = -9999;
            put(heights, std::int16_t());
        }
    };
    const auto file = folder.filePath("layers.pack").toStdString();
    writePack(file, contents, read, [](double, const std::string&) { return true; });
    return Pack::open(file);
}

} // namespace

class TestLayers : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void bothExecutorsAgree()
    {
        const auto pack = threeLayers(m_folder);
        const Views views(pack, 9, at::kCPU);
        Chain chain;
        for (const auto& entry : augmentations()) chain.read({{entry.name, {{"probability", 0.5}}}});
        for (std::int64_t step = 1; step <= 4; ++step)
            byBoth(*pack, views.plans(chain, count, 1, step, 0), 9, BandMap(6)); // fails where they differ
    }
    void showsPhysicalValuesWithTheMeanWhereNothingWasSeen()
    {
        const auto pack = threeLayers(m_folder);
        const ViewContext context(*pack, px);
        const std::vector<ViewPlan> plans(count, context.plain());
        const auto seen = byBoth(*pack, plans, px, BandMap(6)); // [N, 6, px, px]
        const auto* const heights = reinterpret_cast<const std::int16_t*>(pack->record(4, 1));
        QVERIFY(std::abs(seen[4][3][0][3].item<double>() - (heights[3] * 0.5 + 100)) < 1e-2);
        QVERIFY(std::abs(seen[4][3][0][7].item<double>() - pack->statistics()[3].mean) < 1e-2);
        QVERIFY((seen[3].narrow(0, 4, 2) -
                 torch::tensor({pack->statistics()[4].mean, pack->statistics()[5].mean}).view({2, 1, 1}))
                    .abs()
                    .max()
                    .item<double>() < 1e-3);
        QVERIFY(seen[4][4].std().item<double>() > 0.1);
    }
    void normalisesWhatIsMissingToNought()
    {
        const Views views(threeLayers(m_folder), px, at::kCPU);
        const std::vector<std::int64_t> indices = {3, 4};
        const auto plain = views.plain(indices);
        QVERIFY(plain[0].narrow(0, 4, 2).abs().max().item<double>() < 1e-5);
        QVERIFY(plain[1].narrow(0, 4, 2).abs().max().item<double>() > 0.5);
    }
    void takesTheLayersThatAreNamed()
    {
        const auto pack = threeLayers(m_folder)->only({"radar"});
        QCOMPARE(pack->size(), 13);
        QCOMPARE(Views(pack, px, at::kCPU).plain(all(*pack)).sizes(), (at::IntArrayRef{13, 2, px, px}));
    }
};

QTEST_APPLESS_MAIN(TestLayers)
#include "tst_layers.moc"
