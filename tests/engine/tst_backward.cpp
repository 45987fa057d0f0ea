// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "experiments/autocast.h"
#include "experiments/backbone.h"
#include "experiments/backward.h"
#include "experiments/checkpoint.h"
#include "objectivetesting.h"

using namespace objectivetesting;

namespace {

// A net without batch norm, so that parts change nothing but the order of sums.
struct Smooth final : Net {
    Smooth() : Net(6)
    {
        conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 6, 3).stride(2)));
        norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({6})));
    }
    at::Tensor forward(at::Tensor x) override { return norm(conv(x).tanh().mean({2, 3})); }
    torch::nn::Conv2d conv{nullptr};
    torch::nn::LayerNorm norm{nullptr};
};

struct Trial {
    explicit Trial(const std::string& name) : of(objective(name))
    {
        Json settings = Json::object();
        if (name != "rotation" && name != "position" && name != "supervised" && name != "random")
            settings["projector_norm"] = "layer";
        of->read(settings, "objective", name);
        nets.setBackbone(std::make_shared<Smooth>());
        of->build(nets, {[] { return std::make_shared<Smooth>(); }, 3, 24, 3});
        initialise(nets, 1);
        nets.place(at::kCPU, at::kDouble);
    }
    Passed pass(const Passing& passing)
    {
        Batch batch;
        double a = 0.3;
        for (const auto& kind : of->views(24)) {
            const auto side = kind.sidePx > 0 ? kind.sidePx : 24;
            batch.views.push_back(golden::X({7, 3, side, side}, a += 0.01));
        }
        batch.labels = torch::arange(7).remainder(3);
        batch.key = 5;
        batch.moment = {50, 100};
        Alone alone;
        nets.zero_grad();
        return backward(*of, batch, nets, alone, passing);
    }
    std::unique_ptr<Objective> of;
    Networks nets;
};

} // namespace

class TestBackward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cachedGradientsAreThoseOfTheWholeBatch_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : objectives()) // masked ones need another net, and hide other cells in parts
            if (!std::string(entry.name).ends_with("mae")) QTest::newRow(entry.name) << entry.name;
    }
    void cachedGradientsAreThoseOfTheWholeBatch()
    {
        QFETCH(QString, name);
        // what draws by chance in encode draws otherwise in parts; norms of fixed kind see each part by itself
        if (name == "position" || name == "lejepa" || name == "simsiam" || name == "mocov3") return checkRunning(name);
        Trial whole(name.toStdString()), parts(name.toStdString());
        const auto one = whole.pass({}), many = parts.pass({.part = 3});
        COMPARE_NEAR(many.loss.total.item<double>(), one.loss.total.item<double>(), 1e-9);
        for (const auto& item : whole.nets.named_parameters()) {
            const auto wanted = item.value().grad(), got = parts.nets.named_parameters()[item.key()].grad();
            QVERIFY2(wanted.defined() == got.defined(), item.key().c_str());
            if (wanted.defined() && wanted.norm().item<double>() > 1e-12)
                QVERIFY2(golden::difference(got, wanted) < 1e-8, item.key().c_str());
        }
    }
    void checkRunning(const QString& name)
    {
        Trial parts(name.toStdString());
        QVERIFY(std::isfinite(parts.pass({.part = 3}).loss.total.item<double>()));
    }

    void accumulationComparesOnlyWithinItsParts()
    {
        Trial whole("simclr"), exact("simclr"), plain("simclr");
        const double one = whole.pass({}).loss.total.item<double>();
        const double two = plain.pass({.part = 4, .exact = false}).loss.total.item<double>();
        QVERIFY(two < one - 0.1); // fewer negatives
        QVERIFY(std::abs(exact.pass({.part = 4}).loss.total.item<double>() - one) < 1e-9);
    }

    void normsCountABatchOnce()
    {
        const auto of = objective("simclr");
        Networks nets;
        const auto kind = make(backbones(), "smallconv", "backbone");
        nets.setBackbone(kind->build(3, 32));
        of->build(nets, {[] { return nullptr; }, 3, 32, 0});
        initialise(nets, 1);
        Batch batch;
        batch.views = {golden::X({6, 3, 32, 32}, 0.3).to(at::kFloat), golden::X({6, 3, 32, 32}, 0.4).to(at::kFloat)};
        batch.labels = torch::zeros({6}, torch::kLong);
        Alone alone;
        backward(*of, batch, nets, alone, {.part = 3});
        QCOMPARE(nets.named_buffers()["backbone.layers.1.num_batches_tracked"].item<std::int64_t>(), 2); // two parts
    }

    void theLayoutInMemoryChangesNothingButRounding()
    {
        for (const auto& entry : backbones()) {
            const auto kind = entry.make();
            if (std::string(entry.name) == "vit") kind->read({{"depth", 2}, {"patch", 8}}, "backbone", "vit");
            const auto net = kind->build(3, 32);
            initialise(*net, 1);
            net->eval();
            const auto x = golden::X({2, 3, 32, 32}, 0.3).to(at::kFloat);
            net->layout = at::MemoryFormat::Contiguous;
            const auto one = net->forward(x);
            net->layout = at::MemoryFormat::ChannelsLast;
            QVERIFY2(golden::difference(net->forward(x), one) < 1e-4, entry.name);
        }
    }

    void recomputingChangesNothing_data()
    {
        QTest::addColumn<QString>("backbone");
        for (const char* name : {"resnet18", "convnextv2", "vit"}) QTest::newRow(name) << name;
    }
    void recomputingChangesNothing()
    {
        QFETCH(QString, backbone);
        const auto kind = make(backbones(), backbone.toStdString(), "backbone");
        if (backbone == "vit") kind->read({{"depth", 2}, {"patch", 8}}, "backbone", "vit");
        const auto net = kind->build(3, 16);
        initialise(*net, 1);
        const auto before = copyOf(*net);
        std::vector<at::Tensor> gradients[2];
        std::vector<at::Tensor> buffers[2];
        for (const bool twice : {false, true}) {
            loadState(*net, before);
            net->zero_grad();
            net->recomputes = twice;
            net->forward(golden::X({4, 3, 16, 16}, 0.3).to(at::kFloat)).square().sum().backward();
            for (const auto& weight : net->parameters())
                if (weight.requires_grad()) gradients[twice].push_back(weight.grad().clone());
            for (const auto& buffer : net->buffers()) buffers[twice].push_back(buffer.clone());
        }
        for (std::size_t i = 0; i < gradients[0].size(); ++i) QVERIFY(torch::equal(gradients[0][i], gradients[1][i]));
        for (std::size_t i = 0; i < buffers[0].size(); ++i) QVERIFY(torch::equal(buffers[0][i], buffers[1][i]));
    }

    void bfloat16KeepsTheLossInFloat32()
    {
        const auto of = objective("simclr");
        Networks nets;
        nets.setBackbone(make(backbones(), "smallconv", "backbone")->build(3, 32));
        of->build(nets, {[] { return nullptr; }, 3, 32, 0});
        initialise(nets, 1);
        Batch batch;
        batch.views = {golden::X({6, 3, 32, 32}, 0.3).to(at::kFloat), golden::X({6, 3, 32, 32}, 0.4).to(at::kFloat)};
        batch.labels = torch::zeros({6}, torch::kLong);
        Alone alone;
        const auto exact = backward(*of, batch, nets, alone, {});
        const auto rough = backward(*of, batch, nets, alone, {.bfloat16 = true});
        QCOMPARE(rough.loss.total.scalar_type(), at::kFloat);
        QCOMPARE(rough.embeddings.z[0].scalar_type(), at::kFloat);
        const double wanted = exact.loss.total.item<double>(), got = rough.loss.total.item<double>();
        QVERIFY(got != wanted);
        QVERIFY2(std::abs(got - wanted) < 0.05 * wanted, qPrintable(QString("%1 %2").arg(got).arg(wanted)));
    }

    /// LibTorch's own are no numbers where a convolution strides over a map of one pixel.
    void bfloat16HasGradientsForMapsOfOnePixel()
    {
        for (const char* name : {"smallconv", "resnet18"}) {
            const auto net = make(backbones(), name, "backbone");
            if (name[0] == 'r') net->read({{"small_stem", false}}, "backbone", name);
            const auto built = net->build(3, 32);
            initialise(*built, 1);
            const auto images = golden::X({16, 3, 8, 8}, 0.3).to(at::kFloat);
            std::vector<at::Tensor> exact;
            for (const bool rough : {false, true, true, true}) { // not every time
                built->zero_grad();
                const Autocast autocast(rough, at::kCPU);
                built->forward(images).to(at::kFloat).square().mean().backward();
                const auto weights = built->named_parameters();
                for (std::size_t i = 0; i < weights.size(); ++i) {
                    const auto norm = weights[i].value().grad().norm();
                    if (!rough) exact.push_back(norm);
                    QVERIFY2(norm.item<double>() < 2 * exact[i].item<double>() + 1e-3, weights[i].key().c_str());
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestBackward)
#include "tst_backward.moc"
