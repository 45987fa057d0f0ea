// SPDX-License-Identifier: Apache-2.0
#include "viewtesting.h"
#include <cmath>

using namespace viewtesting;

namespace {

/// Everything on, half of the time.
Chain busyChain()
{
    Chain chain;
    for (const auto& entry : augmentations()) chain.read({{entry.name, {{"probability", 0.5}}}});
    return chain;
}

/// The plan applied step by step, in float64, as its definition reads: [C, H, W] physical -> [C, S, S] physical.
at::Tensor literally(const at::Tensor& patch, const ViewPlan& plan, std::int64_t s)
{
    const auto px = patch.size(1);
    const auto box = plan.box(s);
    const auto seen = [&](std::int64_t j, double low, double size) { // pixels that the crop touches
        return j + 1 > low + 1e-6 && j < low + size - 1e-6;
    };
    const double zoomX = std::max(1.0, box.width / static_cast<double>(s)),
                 zoomY = std::max(1.0, box.height / static_cast<double>(s));
    auto view = torch::zeros({patch.size(0), s, s}, torch::kDouble);
    for (std::int64_t v = 0; v < s; ++v)
        for (std::int64_t u = 0; u < s; ++u) {
            const auto& w = plan.warp;
            const double ou = static_cast<double>(u) + 0.5, ov = static_cast<double>(v) + 0.5;
            const double x = w.xx * ou + w.xy * ov + w.x0, y = w.yx * ou + w.yy * ov + w.y0;
            double total = 0;
            for (std::int64_t j = 0; j < px; ++j)
                for (std::int64_t i = 0; i < px; ++i) {
                    const double weight = std::max(0.0, 1 - std::abs(static_cast<double>(i) + 0.5 - x) / zoomX) *
                                          std::max(0.0, 1 - std::abs(static_cast<double>(j) + 0.5 - y) / zoomY);
                    if (weight == 0 || !seen(i, box.x, box.width) || !seen(j, box.y, box.height)) continue;
                    view.select(1, v).select(1, u) += patch.select(1, j).select(1, i) * weight;
                    total += weight;
                }
            view.select(1, v).select(1, u) /= total;
        }
    const auto means = view.mean({1, 2});
    if (const auto r = plan.blurRadiusPx; r > 0) {
        const auto t = torch::arange(-r, r + 1, torch::kDouble);
        const auto kernel = (-0.5 * (t / plan.blurSigmaPx).square()).exp();
        const auto square = kernel.outer(kernel) / kernel.sum().square();
        const auto wide = torch::reflection_pad2d(view.unsqueeze(1), {r, r, r, r}); // [C, 1, ...]
        view = torch::conv2d(wide, square.view({1, 1, 2 * r + 1, 2 * r + 1})).squeeze(1);
    }
    auto mapped = torch::zeros_like(view);
    for (std::int64_t to = 0; to < view.size(0); ++to) {
        mapped[to] += plan.bands.offset(to);
        for (std::int64_t from = 0; from < view.size(0); ++from)
            mapped[to] += plan.bands.pixel(to, from) * view[from] + plan.bands.mean(to, from) * means[from];
    }
    return mapped;
}

} // namespace

class TestViews : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    const std::vector<std::string> m_colours = {"red", "green", "blue"};

private Q_SLOTS:
    void bothExecutorsAgreeOverRandomChains_data()
    {
        QTest::addColumn<int>("outputPx");
        QTest::addColumn<int>("bands");
        QTest::addColumn<int>("type");
        QTest::newRow("uint8, same size") << 32 << 3 << int(at::kByte);
        QTest::newRow("uint16, smaller") << 15 << 5 << int(at::kInt);
        QTest::newRow("float32, larger") << 50 << 4 << int(at::kFloat);
        QTest::newRow("one pixel") << 1 << 3 << int(at::kByte);
    }
    void bothExecutorsAgreeOverRandomChains()
    {
        QFETCH(int, outputPx);
        QFETCH(int, bands);
        QFETCH(int, type);
        std::vector<std::string> names = m_colours;
        for (int i = 3; i < bands; ++i) names.push_back("b" + std::to_string(i));
        auto values = patches(64, bands, 32) * (type == int(at::kByte) ? 255 : 65535);
        if (type == int(at::kInt))
            values = values.to(at::kInt).to(at::kShort); // the same 16 bits
        else
            values = values.to(at::ScalarType(type));
        const auto pack = packOf(m_folder, values, names, 1e-4);
        const Views views(pack, outputPx, at::kCPU);
        for (std::int64_t step = 1; step <= 4; ++step) {
            const auto plans = views.plans(busyChain(), 64, 1, step, 0);
            byBoth(*pack, plans, outputPx, BandMap(bands)); // fails where they differ
        }
    }

    void doesWhatThePlanSays()
    {
        const auto values = patches(12, 3, 12);
        const auto pack = packOf(m_folder, values, m_colours);
        auto chain = busyChain();
        chain.read({{"noise", {{"probability", 0}}}, {"blur", {{"max_sigma", 1}}}});
        for (const std::int64_t s : {7, 12, 16}) {
            const auto plans = Views(pack, s, at::kCPU).plans(chain, 12, 3, 1, 0);
            const auto views = byBoth(*pack, plans, s, BandMap(3));
            for (std::int64_t i = 0; i < 12; ++i) {
                const auto expected = literally(values[i].to(at::kDouble), plans[static_cast<std::size_t>(i)], s);
                QVERIFY((views[i] - expected).abs().max().item<double>() < 1e-5);
            }
        }
    }

    void bandMapsComposeExactly()
    {
        const auto random = [](std::uint64_t seed) {
            BandMap map(3);
            Random draw(seed, "test");
            for (std::int64_t to = 0; to < 3; ++to) {
                map.offset(to) = draw.normal();
                for (std::int64_t from = 0; from < 3; ++from)
                    map.pixel(to, from) = draw.normal(), map.mean(to, from) = draw.normal();
            }
            return map;
        };
        const auto apply = [](const BandMap& map, const at::Tensor& x) { // [3, pixels]
            auto y = torch::zeros_like(x);
            for (std::int64_t to = 0; to < 3; ++to) {
                y[to] += map.offset(to);
                for (std::int64_t from = 0; from < 3; ++from)
                    y[to] += map.pixel(to, from) * x[from] + map.mean(to, from) * x[from].mean();
            }
            return y;
        };
        const auto x = patches(1, 3, 8)[0].reshape({3, 64}).to(at::kDouble);
        const auto a = random(1), b = random(2), c = random(3);
        const auto oneByOne = apply(c, apply(b, apply(a, x)));
        QVERIFY(torch::allclose(apply(a.then(b).then(c), x), oneByOne, 1e-12, 1e-12));
        QVERIFY(torch::allclose(apply(a.then(b.then(c)), x), oneByOne, 1e-12, 1e-12));
    }

    void aWholePatchIsExact()
    {
        const auto shorts = (patches(5, 3, 21) * 60000).to(at::kInt); // beyond int16
        const auto whole = [&](const at::Tensor& stored) {
            const auto pack = packOf(m_folder, stored, m_colours);
            const std::vector<ViewPlan> plans(5, ViewContext(*pack, 21).plain());
            return byBoth(*pack, plans, 21, BandMap(3));
        };
        QVERIFY(shorts.max().item<int>() > 40000);
        QVERIFY(whole(shorts.to(at::kShort)).equal(shorts.to(at::kFloat)));
        QVERIFY(whole(patches(5, 3, 21)).equal(patches(5, 3, 21)));
        QVERIFY(whole((patches(5, 3, 21) * 255).to(at::kByte)).equal((patches(5, 3, 21) * 255).floor()));
    }

    void flipsAndQuarterTurnsAreExact()
    {
        const auto values = patches(1, 3, 21);
        const auto pack = packOf(m_folder, values, m_colours);
        const auto viewed = [&](const Affine& warp) {
            auto plan = ViewContext(*pack, 21).plain();
            plan.warp = warp;
            return byBoth(*pack, {&plan, 1}, 21, BandMap(3));
        };
        const Affine mirrored{.xx = -1, .x0 = 21}, turned{.xx = 0, .xy = 1, .yx = -1, .yy = 0, .y0 = 21};
        QVERIFY(viewed(mirrored).equal(values.flip(3)));
        QVERIFY(viewed(Affine{.yy = -1, .y0 = 21}).equal(values.flip(2)));
        QVERIFY(viewed(turned).equal(values.rot90(-1, {2, 3})));
        QVERIFY(viewed(turned * turned).equal(values.rot90(2, {2, 3})));
        QVERIFY(viewed(mirrored * turned).equal(values.flip(3).rot90(-1, {2, 3}))); // mirrored, then turned
    }

    void normalisesEachBandInItsOwnUnits()
    {
        auto values = patches(40, 3, 16);
        values.select(1, 1) *= 3000;
        values.select(1, 2).fill_(7); // constant
        const auto pack = packOf(m_folder, values, {"a", "b", "c"}, 0.5);
        const auto plain = Views(pack, 16, at::kCPU).plain(all(*pack));
        for (int band = 0; band < 2; ++band) {
            QVERIFY(plain.select(1, band).mean().abs().item<double>() < 1e-4);
            QVERIFY(std::abs(plain.select(1, band).std().item<double>() - 1) < 1e-3);
        }
        QVERIFY(plain.select(1, 2).abs().max().item<double>() < 1e-5);
    }

    void samplesThatAreNoNumberCountAsTheirBandsMean()
    {
        auto values = patches(4, 2, 16);
        values[0][1].fill_(NAN);
        values[1][0][3][5] = INFINITY;
        const auto pack = packOf(m_folder, values, {"a", "b"});
        const auto plain = Views(pack, 16, at::kCPU).plain(all(*pack));
        QVERIFY(plain[0][1].abs().max().item<double>() < 1e-5);
        QVERIFY(std::abs(plain[1][0][3][5].item<double>()) < 1e-5);
        auto chain = busyChain();
        QVERIFY_THROWS_EXCEPTION(Error, chain.check(ViewContext(*pack, 9))); // jitter has no red, green and blue here
        QVERIFY_THROWS_EXCEPTION(std::logic_error, Views(pack, 9, at::kCPU).plans(chain, 64, 1, 1, 0));
        chain.read({{"jitter", {{"probability", 0}}}});
        byBoth(*pack, Views(pack, 9, at::kCPU).plans(chain, 4, 1, 1, 0), 9, BandMap(2));
    }

    void picturesAreThePacksOwnAndCropsAreWhereTheySay()
    {
        const auto picture = [](const std::vector<std::uint8_t>& rgb, std::int64_t px) {
            return torch::tensor(at::ArrayRef<std::uint8_t>(rgb), at::kByte).view({px, px, 3});
        };
        const auto display = packOf(m_folder, patches(3, 3, 16).mul(255).to(at::kByte), m_colours, 1.0 / 255);
        const auto physical = packOf(m_folder, patches(3, 5, 16), {"nir", "blue", "green", "red", "swir"});
        for (const auto& pack : {display, physical, packOf(m_folder, patches(3, 2, 16), {"vv", "vh"})}) {
            const Views views(pack, 16, at::kCPU), eight(pack, 8, at::kCPU);
            const auto whole = picture(pack->rgb(2), 16);
            const auto near = [](const at::Tensor& a, const at::Tensor& b) { // rounded once each
                return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int>() <= 1;
            };
            QVERIFY(near(picture(views.picture(views.context().plain(), 2), 16), whole));
            auto plan = eight.context().plain();
            plan.warp = {.xx = 1, .x0 = 5, .yy = 1, .y0 = 2};
            const auto box = plan.box(8);
            QCOMPARE((std::array{box.x, box.y, box.width, box.height}), (std::array<double, 4>{5, 2, 8, 8}));
            QVERIFY(near(picture(eight.picture(plan, 2), 8), whole.slice(0, 2, 10).slice(1, 5, 13)));
        }
    }

    void localViewsShowSmallPartsInSmall()
    {
        const QTemporaryDir folder;
        const auto pack = packOf(folder, patches(8, 3, 32), {"red", "green", "blue"});
        const Views views(pack, 24, at::kCPU);
        const ViewKind local = {16, 0.1, 0.2};
        Chain chain;
        chain.read({{"crop", {{"probability", 0}}}}); // off for the run's own views, and yet local ones are parts
        for (std::int64_t step = 1; step <= 50; ++step)
            for (const auto& plan : views.plans(chain, 4, 1, step, 2, local)) {
                const auto box = plan.box(16);
                const double share = box.width * box.height / (32 * 32);
                QVERIFY2(share > 0.1 - 1e-9 && share < 0.2 + 1e-9, qPrintable(QString::number(share)));
                QVERIFY(box.x >= -1e-9 && box.y >= -1e-9 && box.x + box.width <= 32 + 1e-9);
            }
        QCOMPARE(views.draw(chain, all(*pack), 1, 1, 2, local).sizes(), (at::IntArrayRef{8, 3, 16, 16}));
        QCOMPARE(views.draw(chain, all(*pack), 1, 1, 0).sizes(), (at::IntArrayRef{8, 3, 24, 24}));
        QCOMPARE(views.picture(views.plans(chain, 1, 1, 1, 2, local).front(), 0, 16).size(), std::size_t(16 * 16 * 3));
    }

    void refusesAWarpThatIsNotAlongTheAxes()
    {
        const auto pack = packOf(m_folder, patches(1, 1, 8), {"a"});
        auto plan = ViewContext(*pack, 8).plain();
        plan.warp.xy = 0.1;
        QVERIFY_THROWS_EXCEPTION(std::logic_error, byBoth(*pack, {&plan, 1}, 8, BandMap(1)));
    }
};

QTEST_APPLESS_MAIN(TestViews)
#include "tst_views.moc"
