// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include "experiments/checkpoint.h"
#include "experiments/convnext.h"
#include "experiments/cost.h"
#include "experiments/transformer.h"
#include "golden.h"
#include <ATen/autocast_mode.h>
#include <QtTest/QtTest>
#include <torch/torch.h>

using namespace revisit;

namespace {

std::unique_ptr<Backbone> backbone(const std::string& name, const Json& settings = Json::object())
{
    auto made = make(backbones(), name, "backbone");
    made->read(settings, "backbone", name);
    return made;
}

std::shared_ptr<Net> network(const Backbone& backbone, std::int64_t bands, std::int64_t sizePx, std::uint64_t seed = 1)
{
    auto net = backbone.build(bands, sizePx);
    initialise(*net, seed);
    net->eval();
    return net;
}

/// Images that look like no other ones: [n, bands, sizePx, sizePx].
at::Tensor images(std::int64_t n, std::int64_t bands, std::int64_t sizePx, double a = 0.71)
{
    return golden::X({n, bands, sizePx, sizePx}, a).to(torch::kFloat);
}

/// As backbones.json fills a network: tensor number i of the sorted names.
void fill(const std::string& name, at::Tensor tensor, int i)
{
    if (tensor.dim() == 0) return;
    const auto x = golden::X(tensor.sizes(), 0.7 + 0.137 * i);
    if (name.ends_with("running_var"))
        tensor.copy_(1 + 0.5 * x.abs());
    else if (tensor.dim() == 1)
        tensor.copy_(name.ends_with("weight") ? 1 + 0.1 * x : 0.1 * x);
    else
        tensor.copy_(x / std::sqrt(x[0].numel()));
}

std::string errorKey(const std::string& name, const Json& settings, std::int64_t sizePx)
{
    try {
        backbone(name, settings)->build(3, sizePx);
    } catch (const Error& error) {
        return error.key();
    }
    return "none";
}

/// Every other cell or so of a grid, other ones for each image: [n, count].
at::Tensor someCells(std::int64_t n, std::int64_t cells, std::int64_t count)
{
    return golden::X({n, cells}, 1.3).argsort(1, false).slice(1, 0, count).contiguous();
}

/// `x` with other pixels in all cells but `visible`.
at::Tensor hidden(const at::Tensor& x, const at::Tensor& visible, std::int64_t cellPx)
{
    const auto n = x.size(0), side = x.size(2) / cellPx;
    const auto mask = torch::zeros({n, side * side}).scatter_(1, visible, 1).view({n, 1, side, side});
    const auto pixels = mask.repeat_interleave(cellPx, 2).repeat_interleave(cellPx, 3);
    return x * pixels + 7 * golden::X(x.sizes(), 2.9).to(x.options()) * (1 - pixels);
}

/// All backbones, and some in other settings; small ones.
void everyBackbone()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("settings");
    const auto row = [](const char* name, const char* settings) {
        QTest::addRow("%s %s", name, settings) << name << settings;
    };
    for (const auto& entry : backbones()) row(entry.name, entry.name == std::string("vit") ? R"({"depth": 2})" : "{}");
    row("resnet18", R"({"small_stem": true})");
    row("resnet50", R"({"zero_init_residual": true})");
    row("convnextv2", R"({"small_stem": false})");
    row("convnextv2", R"({"grn": false})");
    row("vit", R"({"depth": 2, "pool": "mean", "registers": 3})");
}

/// Those of them that can look at a part of an image.
void everyConvolutionalCellNet()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("settings");
    QTest::newRow("convnextv2") << "convnextv2"
                                << "{}";
    QTest::newRow("convnextv2 without response norms") << "convnextv2"
                                                       << R"({"grn": false})";
    QTest::newRow("convnextv2 with large cells") << "convnextv2"
                                                 << R"({"small_stem": false})";
}
void everyCellNet()
{
    everyConvolutionalCellNet();
    QTest::newRow("vit") << "vit"
                         << R"({"depth": 2})";
    QTest::newRow("vit, mean") << "vit"
                               << R"({"depth": 2, "pool": "mean", "registers": 3})";
}

} // namespace

class TestBackbones final : public QObject {
    Q_OBJECT

    static std::unique_ptr<Backbone> fetched()
    {
        QFETCH(QString, name);
        QFETCH(QString, settings);
        return backbone(name.toStdString(), Json::parse(settings.toStdString()));
    }
    /// A network for 64 px whose response norms do something, whose biases are not 0.
    static std::shared_ptr<CellNet> stirredCellNet()
    {
        const auto net = std::dynamic_pointer_cast<CellNet>(network(*fetched(), 4, 64));
        torch::NoGradGuard none;
        for (auto& weight : net->parameters())
            if (weight.dim() == 1) weight.add_(golden::X(weight.sizes(), 1.7), 0.3);
        return net;
    }

private Q_SLOTS:
    void looksAtImagesOfAnyBands_data() { everyBackbone(); }
    void looksAtImagesOfAnyBands()
    {
        const auto made = fetched();
        torch::NoGradGuard none;
        for (const std::int64_t bands : {1, 3, 14}) {
            const auto x = images(2, bands, 32);
            const auto net = network(*made, bands, 32);
            const auto y = net->forward(x);
            QCOMPARE(y.sizes().vec(), (std::vector<std::int64_t>{2, net->width()}));
            QVERIFY(y.isfinite().all().item<bool>());
            QVERIFY(y.allclose(net->forward(x)));
            QVERIFY(y.equal(network(*made, bands, 32)->forward(x)));
            if (!net->parameters().empty()) QVERIFY(!y.allclose(network(*made, bands, 32, 2)->forward(x)));

            const auto stages = made->stages(bands, 32);
            QCOMPARE(stages.back().channels, net->width());
            for (const auto& stage : stages) {
                QVERIFY(!stage.what.empty());
                QVERIFY(stage.sidePx > 0 && stage.sidePx <= 32);
                QVERIFY(stage.receptivePx > 0 && stage.receptivePx <= 32);
            }
        }
    }

    void everyWeightLearns_data() { everyBackbone(); }
    void everyWeightLearns()
    {
        const auto net = network(*fetched(), 2, 32);
        net->train();
        const auto x = images(4, 2, 32);
        const auto goal = golden::X({4, net->width()}, 0.37).to(torch::kFloat);
        for (int step = 0; step < 2; ++step) {
            net->zero_grad();
            const auto loss = (net->forward(x) * goal).sum();
            if (!loss.requires_grad()) break; // nothing to learn
            loss.backward();
            torch::NoGradGuard none;
            for (auto& weight : net->parameters())
                if (weight.grad().defined()) weight.sub_(0.01 * weight.grad().sign());
        }
        for (const auto& weight : net->named_parameters()) {
            if (!weight->requires_grad()) continue;
            QVERIFY2(weight->grad().defined(), weight.key().c_str());
            const auto length = weight->grad().norm().item<double>();
            QVERIFY2(length > 0 && std::isfinite(length), weight.key().c_str());
        }
    }

    void goesThroughAState_data() { everyBackbone(); }
    void goesThroughAState()
    {
        const auto made = fetched();
        const auto one = network(*made, 3, 32, 1), other = network(*made, 3, 32, 2);
        loadState(*other, copyOf(*one));
        torch::NoGradGuard none;
        QVERIFY(one->forward(images(2, 3, 32)).equal(other->forward(images(2, 3, 32))));
    }

    void computesInBfloat16_data() { everyCellNet(); }
    void computesInBfloat16()
    {
        const auto net = network(*fetched(), 3, 32);
        torch::NoGradGuard none;
        const auto x = images(4, 3, 32);
        const auto wanted = net->forward(x);
        at::autocast::set_autocast_enabled(at::kCPU, true);
        const auto y = net->forward(x).to(torch::kFloat);
        at::autocast::set_autocast_enabled(at::kCPU, false);
        at::autocast::clear_cache();
        QVERIFY(golden::difference(y, wanted) < 0.05);
    }

    void cellsDoNotKnowWhatIsHidden_data() { everyCellNet(); }
    void cellsDoNotKnowWhatIsHidden()
    {
        const auto net = stirredCellNet();
        const auto cells = (64 / net->cellPx()) * (64 / net->cellPx()), seen = (cells + 1) / 3;
        const auto visible = someCells(3, cells, seen);
        const auto x = images(3, 4, 64);
        torch::NoGradGuard none;
        const auto y = net->cells(x, visible);
        QCOMPARE(y.sizes().vec(), (std::vector<std::int64_t>{3, net->prefix() + seen, net->width()}));
        QVERIFY(golden::difference(net->cells(hidden(x, visible, net->cellPx()), visible), y) < 1e-5);
        QVERIFY(golden::difference(net->cells(images(3, 4, 64, 0.73), visible), y) > 1e-3);
        // in another order, and of other neighbours in the batch
        QVERIFY(golden::difference(net->cells(x, visible.flip(1)).slice(1, net->prefix()),
                                   y.slice(1, net->prefix()).flip(1)) < 1e-5);
        QVERIFY(golden::difference(net->cells(x.slice(0, 1), visible.slice(0, 1)), y.slice(0, 1)) < 1e-5);
    }

    void whatIsHiddenIsAsIfOutside_data() { everyConvolutionalCellNet(); }
    void whatIsHiddenIsAsIfOutside()
    {
        const auto net = stirredCellNet();
        const auto side = 64 / net->cellPx(), half = side / 2;
        const auto x = images(2, 4, 64);
        const auto corner = torch::arange(side * side).view({side, side}).slice(0, 0, half).slice(1, 0, half).flatten();
        const auto whole = torch::arange(half * half);
        torch::NoGradGuard none;
        const auto y = net->cells(x, corner.expand({2, half * half}));
        const auto alone = net->cells(x.slice(2, 0, 32).slice(3, 0, 32), whole.expand({2, half * half}));
        QVERIFY(golden::difference(y, alone) < 1e-5);
    }

    void allCellsMakeTheWhole_data() { everyCellNet(); }
    void allCellsMakeTheWhole()
    {
        const auto net = stirredCellNet();
        const auto cells = (64 / net->cellPx()) * (64 / net->cellPx());
        const auto x = images(2, 4, 64);
        torch::NoGradGuard none;
        const auto all = net->cells(x, torch::arange(cells).expand({2, cells}));
        const auto mean = all.slice(1, net->prefix()).mean(1);
        const auto modules = net->named_modules();
        const bool token = QString(QTest::currentDataTag()) == "vit";
        const auto whole = token ? all.select(1, 0)
                           : modules.contains("head.norm")
                               ? modules["head.norm"]->as<torch::nn::LayerNorm>()->forward(mean)
                               : mean;
        QVERIFY(golden::difference(whole, net->forward(x)) < 1e-5);
    }

    void equalsThePeer_data()
    {
        QTest::addColumn<int>("number");
        const auto cases = golden::read("backbones.json")["cases"];
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::newRow(cases[i]["peer"].get<std::string>().c_str()) << static_cast<int>(i);
    }
    void equalsThePeer()
    {
        QFETCH(int, number);
        const auto wanted = golden::read("backbones.json")["cases"][static_cast<std::size_t>(number)];
        const auto size = wanted["size_px"].get<std::int64_t>();
        const auto net = backbone(wanted["backbone"], Json(wanted["settings"]))->build(3, size);
        net->eval();
        net->to(torch::kDouble);
        torch::NoGradGuard none;
        nlohmann::json shapes = nlohmann::json::object();
        for (const auto& [name, tensor] : stateOf(*net)) {
            fill(name, tensor, static_cast<int>(shapes.size()));
            shapes[name] = tensor.sizes().vec();
        }
        QCOMPARE(shapes.dump(), wanted["tensors"].dump());

        const auto x = golden::X({2, 3, size, size}, 0.05);
        const auto inDouble = net->forward(x);
        net->to(torch::kFloat);
        const auto inFloat = net->forward(x.to(torch::kFloat)).to(torch::kDouble);
        const auto& golden = wanted["float64"];
        const auto first8 = golden::tensor(golden["first8"]);
        QVERIFY(golden::difference(inDouble.flatten().slice(0, 0, 8), first8) < 1e-9);
        COMPARE_NEAR(inDouble.norm().item<double>(), golden["norm"].get<double>(), 1e-9);
        QVERIFY(golden::difference(inFloat.flatten().slice(0, 0, 8), first8) < 1e-5);
        COMPARE_NEAR(inFloat.norm().item<double>(), golden["norm"].get<double>(), 1e-5);
    }

    void positionsAndResponseNormsAreGolden()
    {
        const auto file = golden::read("golden.json");
        const auto positions = golden::tensor(file["mae sincos dim8 grid2 cls"]);
        QVERIFY(golden::difference(sineCosine(8, 2, 2), positions.slice(0, 1)) < 1e-6);
        // one cell stretched over nine lies where the middle one did
        QVERIFY(sineCosine(8, 1, 3)[0].allclose(sineCosine(8, 3, 3)[4]));

        ResponseNorm norm(5);
        torch::NoGradGuard none;
        const auto x = golden::X({2, 3, 4, 5}, 0.41);
        norm.to(torch::kDouble);
        QVERIFY(norm.forward(x).equal(x)); // the identity at first
        norm.parameters()[0].copy_(golden::X({5}, 0.3));
        norm.parameters()[1].copy_(golden::X({5}, 0.9));
        const auto wanted = golden::tensor(file["grn x=X(2,3,4,5;.41) NHWC w=X(5,.3) b=X(5,.9)"]);
        QVERIFY(golden::difference(norm.forward(x).flatten().slice(0, 0, wanted.numel()), wanted) < 1e-9);
    }

    void transformersTakeOtherSizes()
    {
        const auto net = network(*backbone("vit", {{"depth", 2}}), 3, 64);
        torch::NoGradGuard none;
        QVERIFY(net->forward(images(2, 3, 24)).isfinite().all().item<bool>());
        QVERIFY_THROWS_EXCEPTION(Error, net->forward(images(2, 3, 28)));
    }

    void whatDoesNotFitIsRefused()
    {
        QCOMPARE(errorKey("vit", {{"patch", 16}}, 40), "backbone.patch");
        QCOMPARE(errorKey("vit", {{"patch", 16}}, 8), "backbone.patch");
        QCOMPARE(errorKey("convnextv2", Json::object(), 7), "training.input_px");
        QCOMPARE(errorKey("convnextv2", {{"small_stem", false}}, 31), "training.input_px");
        QCOMPARE(errorKey("randomconv", {{"kernel", 9}}, 8), "backbone.kernel");
        QCOMPARE(errorKey("smallconv", {{"layers", 6}}, 16), "backbone.layers");
        QCOMPARE(errorKey("resnet18", Json::object(), 8), "none");
    }

    void stagesKnowWhatAnElementHasSeen()
    {
        // 435 is published (Araujo, Norris & Sim 2019, Distill); their 483 of ResNet-50 has its strides in the 1x1
        // convolutions, where torchvision has them in the 3x3
        const auto resnet18 = backbone("resnet18")->stages(3, 512), resnet50 = backbone("resnet50")->stages(3, 512);
        QCOMPARE(resnet18.at(5).receptivePx, 435);
        QCOMPARE(resnet18.at(5).sidePx, 16);
        QCOMPARE(resnet50.at(5).receptivePx, 427);
        QCOMPARE(backbone("convnextv2")->stages(3, 64).at(4).sidePx, 8);
        QCOMPARE(backbone("vit")->stages(3, 64).at(1).sidePx, 8);
    }

    void costIsCounted()
    {
        const auto small = cost(*backbone("smallconv", {{"width", 8}, {"layers", 2}}), 3, 16);
        QCOMPARE(small.multiplyAdds, 8 * 8 * 8 * 27 + 4 * 4 * 16 * 72);
        QCOMPARE(small.parameters, 8 * 27 + 2 * 8 + 16 * 72 + 2 * 16);
        // at 64 tokens and the class token, by hand
        const auto vit = cost(*backbone("vit", {{"depth", 1}}), 3, 64);
        QCOMPARE(vit.multiplyAdds, 64 * 192 * 192 + 65 * 12 * 192 * 192 + 2 * 65 * 65 * 192);
    }

    void costIsAsPublished_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<qint64>("parameters"); // exact: the peer's without its classifier
        QTest::addColumn<double>("multiplyAdds");
        QTest::newRow("resnet18") << "resnet18"
                                  << "{}" << qint64(11176512) << 1.81e9;
        QTest::newRow("resnet50") << "resnet50"
                                  << "{}" << qint64(23508032) << 4.09e9;
        QTest::newRow("convnextv2") << "convnextv2"
                                    << R"({"small_stem": false})" << qint64(3387400) << 0.55e9;
        QTest::newRow("vit") << "vit"
                             << R"({"patch": 16})" << qint64(5524416) << 1.26e9;
    }
    void costIsAsPublished()
    {
        QFETCH(QString, name);
        QFETCH(QString, settings);
        QFETCH(qint64, parameters);
        QFETCH(double, multiplyAdds);
        const auto counted = cost(*backbone(name.toStdString(), Json::parse(settings.toStdString())), 3, 224);
        QCOMPARE(counted.parameters, parameters);
        COMPARE_NEAR(static_cast<double>(counted.multiplyAdds), multiplyAdds, 0.01);
    }
};

QTEST_APPLESS_MAIN(TestBackbones)
#include "tst_backbones.moc"
