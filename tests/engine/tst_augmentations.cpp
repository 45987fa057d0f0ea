// SPDX-License-Identifier: Apache-2.0
#include "experiments/colour.h"
#include "golden.h"
#include "viewtesting.h"
#include <set>

using namespace viewtesting;

namespace {

/// A chain in which only `name` is on, with that probability.
Chain only(const std::string& name, double probability, Json settings = Json::object())
{
    Chain chain;
    for (const auto& entry : augmentations()) chain.read({{entry.name, {{"probability", 0}}}});
    settings["probability"] = probability;
    chain.read({{name, settings}});
    return chain;
}

std::string complaint(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return std::string(error.what()) + " @" + error.key();
    }
    return "nothing";
}

/// Pearson's statistic of values that should be uniform in [0, 1).
double chiSquare(const std::vector<double>& values, int bins)
{
    std::vector<double> counts(static_cast<std::size_t>(bins));
    for (const double value : values) counts.at(static_cast<std::size_t>(value * bins)) += 1;
    const double expected = static_cast<double>(values.size()) / bins;
    double sum = 0;
    for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
    return sum;
}

bool same(const ViewPlan& a, const ViewPlan& b)
{
    const auto bands = [](const ViewPlan& p) {
        std::vector<double> values;
        for (std::int64_t to = 0; to < p.bands.size(); ++to) {
            values.push_back(p.bands.offset(to));
            for (std::int64_t from = 0; from < p.bands.size(); ++from)
                values.insert(values.end(), {p.bands.pixel(to, from), p.bands.mean(to, from)});
        }
        return values;
    };
    return std::memcmp(&a.warp, &b.warp, sizeof a.warp) == 0 && a.blurSigmaPx == b.blurSigmaPx &&
           bands(a) == bands(b) && a.noise == b.noise && a.noiseKey == b.noiseKey;
}

} // namespace

class TestAugmentations : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> m_rgb, m_two, m_golden;
    const std::vector<std::string> m_colours = {"red", "green", "blue"};

    void eachOne() const
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : augmentations()) QTest::newRow(entry.name) << entry.name;
    }
    /// The golden picture through a plan that `change` has changed, clipped as torchvision clips.
    at::Tensor golden(std::int64_t outputPx, const std::function<void(ViewPlan&)>& change) const
    {
        auto plan = ViewContext(*m_golden, outputPx).plain();
        change(plan);
        return byBoth(*m_golden, {&plan, 1}, outputPx, BandMap(3)).clamp(0, 1);
    }
    void compareGolden(const char* name, const at::Tensor& actual) const
    {
        const auto expected = golden::read("golden.json")["augment im=clip(X(3,6,6;.19)*.4+.5) float32"][name];
        QVERIFY(golden::difference(actual.flatten().slice(0, 0, 6), golden::tensor(expected["first6"])) < 1e-6);
        COMPARE_NEAR(actual.mean().item<double>(), expected["mean"].get<double>(), 1e-6);
        COMPARE_NEAR(actual.std().item<double>(), expected["std"].get<double>(), 1e-6);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_rgb = packOf(m_folder, patches(24, 3, 16).mul(255).to(torch::kByte), m_colours, 1.0 / 255);
        m_two = packOf(m_folder, patches(24, 2, 16), {"vv", "vh"});
        m_golden =
            packOf(m_folder, (golden::X({1, 3, 6, 6}, 0.19) * 0.4 + 0.5).clamp(0, 1).to(torch::kFloat), m_colours);
    }

    void everyOneIsDescribed_data() { eachOne(); }
    void everyOneIsDescribed()
    {
        QFETCH(QString, name);
        const auto one = make(augmentations(), name.toStdString(), "augmentations");
        QVERIFY(!one->about().title.empty() && !one->about().reference.empty());
        QVERIFY(one->about().summary.ends_with("."));
        const auto schema = one->schema();
        QCOMPARE(schema.at(0).at("name"), Json("probability"));
        for (const auto& param : schema)
            QVERIFY(param.contains("live") && !param.at("help").get<std::string>().empty());
        const auto again = make(augmentations(), name.toStdString(), "augmentations");
        again->read(one->values(), "augmentations", "it");
        QCOMPARE(again->values(), one->values());
    }

    void everyOneRefusesWhatIsOutOfRange_data() { eachOne(); }
    void everyOneRefusesWhatIsOutOfRange()
    {
        QFETCH(QString, name);
        const auto one = make(augmentations(), name.toStdString(), "augmentations");
        for (const auto& param : one->schema())
            for (const double wrong : {param.at("min").get<double>() - 1, param.at("max").get<double>() + 1}) {
                const auto key = param.at("name").get<std::string>();
                const auto said = complaint([&] { one->read({{key, wrong}}, name.toStdString(), "it"); });
                QVERIFY2(said.ends_with("@" + name.toStdString() + "." + key), said.c_str());
            }
    }

    void probabilityZeroIsTheIdentity_data() { eachOne(); }
    void probabilityZeroIsTheIdentity()
    {
        QFETCH(QString, name);
        const Views views(m_rgb, 16, at::kCPU);
        QVERIFY(views.draw(only(name.toStdString(), 0), all(*m_rgb), 1, 1, 0).equal(views.plain(all(*m_rgb))));
    }

    void everyOneChangesViewsOfAnyBands_data() { eachOne(); }
    void everyOneChangesViewsOfAnyBands()
    {
        QFETCH(QString, name);
        for (const auto& pack : {m_rgb, m_two}) {
            if (name == "jitter" && pack == m_two) continue; // refuses them, see below
            const Views views(pack, 16, at::kCPU);
            const auto drawn = views.draw(only(name.toStdString(), 1), all(*pack), 1, 1, 0);
            QVERIFY(drawn.isfinite().all().item<bool>());
            const auto changed = (drawn - views.plain(all(*pack))).abs().amax({1, 2, 3}) > 1e-3;
            QVERIFY(changed.sum().item<int>() >= 12); // of 24: some flips and turns do nothing
        }
    }

    void drawsDependOnTheirKeyAlone_data() { eachOne(); }
    void drawsDependOnTheirKeyAlone()
    {
        QFETCH(QString, name);
        const Views views(m_rgb, 16, at::kCPU);
        const auto chain = only(name.toStdString(), 0.7), again = only(name.toStdString(), 0.7);
        const auto plans = views.plans(chain, 24, 5, 7, 1), same24 = views.plans(again, 30, 5, 7, 1);
        for (std::size_t i = 0; i < plans.size(); ++i) QVERIFY(same(plans[i], same24[i]));
        if (name == "grey") return; // draws nothing but whether
        for (const auto& other :
             {views.plans(chain, 24, 6, 7, 1), views.plans(chain, 24, 5, 8, 1), views.plans(chain, 24, 5, 7, 0)}) {
            int equal = 0;
            for (std::size_t i = 0; i < plans.size(); ++i) equal += same(plans[i], other[i]);
            QVERIFY(equal < 15);
        }
    }

    void threadsDoNotMatter()
    {
        Chain chain;
        for (const auto* name : {"jitter", "grey", "blur", "noise"}) chain.read({{name, {{"probability", 0.5}}}});
        const Views views(m_rgb, 16, at::kCPU);
        const auto draw = [&] { return views.draw(chain, all(*m_rgb), 1, 2, 0); };
        const auto one = golden::withThreads(1, draw);
        for (const int threads : {2, 3}) QVERIFY(golden::withThreads(threads, draw).equal(one));
    }

    void movingOneSliderLeavesTheOthersDraws()
    {
        Chain chain;
        const ViewContext context(*m_rgb, 16);
        const auto before = chain.plan(context, 1, 1, 0, 3);
        QCOMPARE(chain.set("jitter.probability", 1, context), Json(0.0));
        chain.set("jitter.hue", 0.3, context);
        chain.set("blur.probability", 1, context);
        const auto after = chain.plan(context, 1, 1, 0, 3);
        QCOMPARE(std::memcmp(&before.warp, &after.warp, sizeof before.warp), 0);
        QVERIFY(after.blurSigmaPx > 0 && !same(before, after));
    }

    void refusesWhatCannotBe()
    {
        Chain chain;
        const ViewContext rgb(*m_rgb, 16), two(*m_two, 16);
        const auto says = [](const std::function<void()>& action, const char* sentence) {
            const auto said = complaint(action);
            QVERIFY2(said.find(sentence) != std::string::npos, said.c_str());
        };
        says([&] { chain.read({{"crpo", Json::object()}}); }, "did you mean crop? @augmentations.crpo");
        says([&] { chain.set("crpo.min_area", 1, rgb); }, "did you mean crop?");
        says([&] { chain.set("crop", 1, rgb); }, "no such parameter @augmentations.crop");
        says([&] { chain.read(Json::array()); }, "an object in braces");
        chain.check(two);
        says([&] { chain.set("jitter.probability", 0.5, two); }, "no bands called red");
        says([&] { chain.set("crop.max_area", 0.1, rgb); }, "min_area: is above max_area");
        chain.check(two); // nothing that was refused has stayed
        QCOMPARE(chain.values(), Chain().values());
    }

    void cropsAreDistributedAsStated()
    {
        const ViewContext context(*m_rgb, 16);
        const auto chain = only("crop", 1);
        std::vector<double> areas, ratios, places;
        for (std::int64_t i = 0; i < 20000; ++i) {
            const auto box = chain.plan(context, 1, 1, 0, i).box(16);
            QVERIFY(box.x > -1e-9 && box.y > -1e-9 && box.x + box.width < 16 + 1e-9 && box.y + box.height < 16 + 1e-9);
            const double area = box.width * box.height / 256, ratio = box.width / box.height;
            areas.push_back((area - 0.2) / 0.8);
            if (area < 0.7) ratios.push_back(std::log(ratio / 0.75) / std::log(16.0 / 9)); // all ratios fit
            if (box.width < 15) places.push_back(box.x / (16 - box.width));
        }
        QVERIFY(ratios.size() > 10000 && places.size() > 10000);
        for (const auto& values : {areas, ratios, places}) QVERIFY(chiSquare(values, 20) < 50); // 19 degrees: p = 1e-4
    }

    void cropsThatCannotHaveTheirAreaTakeTheGreatestThatFits()
    {
        const auto chain = only("crop", 1, {{"min_area", 0.9}, {"min_ratio", 2}, {"max_ratio", 2}});
        const auto box = chain.plan(ViewContext(*m_rgb, 16), 1, 1, 0, 0).box(16);
        QCOMPARE(box.width, 16);
        QCOMPARE(box.height, 8);
    }

    void allEightPositionsOfASquareAreEquallyLikely()
    {
        Chain chain;
        chain.read({{"crop", {{"probability", 0}}}});
        std::vector<double> positions;
        for (std::int64_t i = 0; i < 8000; ++i) {
            const auto w = chain.plan(ViewContext(*m_rgb, 16), 1, 1, 0, i).warp;
            positions.push_back((4 * (w.xx == 0) + 2 * (w.xx + w.xy > 0) + (w.yx + w.yy > 0)) / 8.0);
        }
        QVERIFY(chiSquare(positions, 8) < 30); // 7 degrees: p = 1e-4
    }

    void noiseHasItsDeviationInEveryBandAndNoMemory()
    {
        const Views views(m_two, 16, at::kCPU);
        const auto draw = [&](int view) {
            return views.draw(only("noise", 1, {{"strength", 0.5}}), all(*m_two), 1, 1, view) -
                   views.plain(all(*m_two));
        };
        const auto a = draw(0), b = draw(1); // 12288 values each
        for (int band = 0; band < 2; ++band) COMPARE_NEAR(a.select(1, band).std().item<double>(), 0.5, 0.03);
        QVERIFY(a.mean().abs().item<double>() < 0.02);
        for (const auto& other : {b, a.roll(1, 0), a.roll(1, 1), a.roll(1, 2), a.roll(1, 3)})
            QVERIFY((a * other).mean().abs().item<double>() < 0.25 * 0.04);
    }

    void agreesWithTorchvision()
    {
        const Colour colour(3, {0, 1, 2});
        const auto mapped = [&](const BandMap& map) { return golden(6, [&](ViewPlan& plan) { plan.bands = map; }); };
        compareGolden("bright1_3", mapped(colour.brightness(1.3)));
        compareGolden("contrast_6", mapped(colour.contrast(0.6)));
        compareGolden("sat1_5", mapped(colour.saturation(1.5)));
        compareGolden("gray", mapped(colour.saturation(0)));
        const auto blurred = [&](double sigma, std::int64_t radius) {
            return golden(6, [&](ViewPlan& plan) { plan.blurSigmaPx = sigma, plan.blurRadiusPx = radius; });
        };
        compareGolden("blur_k3_s1", blurred(1, 1));
        compareGolden("blur_k5_s1_5", blurred(1.5, 2));
        const Affine fourByThreeFromOneOne{.xx = 3.0 / 6, .x0 = 1, .yy = 4.0 / 6, .y0 = 1};
        compareGolden("rrc_bilin", golden(6, [&](ViewPlan& plan) { plan.warp = fourByThreeFromOneOne; }));
    }

    // Not torchvision's: that goes through HSV, which no matrix does.
    void hueTurnsAboutTheGreyAxis()
    {
        const Colour colour(4, {2, 0, 1}); // red is band 2, green 0, blue 1
        const auto third = colour.hue(1.0 / 3), back = colour.hue(0.13).then(colour.hue(-0.13));
        for (std::int64_t to = 0; to < 4; ++to)
            for (std::int64_t from = 0; from < 4; ++from) {
                const bool redToGreen = (from + 1) % 3 == to && to < 3 && from < 3;
                QVERIFY(std::abs(third.pixel(to, from) - (redToGreen || (to == 3 && from == 3))) < 1e-12);
                QVERIFY(std::abs(back.pixel(to, from) - (to == from)) < 1e-12);
            }
    }
};

QTEST_APPLESS_MAIN(TestAugmentations)
#include "tst_augmentations.moc"
