// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/masking.h"
#include "objectivetesting.h"

using namespace objectivetesting;
using golden::X;

class TestMasking : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void patchesAreInThePeersOrder()
    {
        const auto image = X({1, 2, 4, 4}, 0.33);
        const auto wanted = golden::read("golden.json")["mae patchify X(1,2,4,4;.33) p=2"];
        QVERIFY(golden::difference(patchify(image, 2).flatten(), golden::tensor(wanted).flatten()) < 1e-12);
        const auto images = X({3, 5, 12, 12}, 0.2);
        QVERIFY(torch::equal(unpatchify(patchify(images, 4), 4, 5), images));
    }

    void lossesMatchGolden()
    {
        const auto wanted = golden::read("golden.json")["mae loss pred=X(1,4,8,.87) mask=1011 raw/normpix"];
        Embeddings given;
        given.z = {X({1, 4, 8}, 0.87)};
        given.goals = {patchify(X({1, 2, 4, 4}, 0.33), 2)};
        given.mask = torch::tensor({{1.0, 0.0, 1.0, 1.0}}, torch::kDouble);
        COMPARE_NEAR(value(*objective("mae", {{"normalise_target", false}}), given), wanted[0].get<double>(), 1e-9);
        COMPARE_NEAR(value(*objective("mae"), given), wanted[1].get<double>(), 1e-9);
    }

    void predictingNothingCostsAlmostOne()
    {
        Embeddings given;
        const auto patches = X({1, 6, 12}, 0.4);
        given.z = {torch::zeros_like(patches)};
        given.goals = {patches};
        given.mask = torch::ones({1, 6}, torch::kDouble);
        const auto variance = patches.var(-1, /*unbiased=*/true);
        const double wanted = (11.0 / 12 * variance / (variance + 1e-6)).mean().item<double>();
        COMPARE_NEAR(value(*objective("fcmae"), given), wanted, 1e-12);
    }

    void hidesItsShareInWholeUnits()
    {
        const Masking masking{0.6, 2};
        const auto mask = masking.draw(5, 8, 7, c10::kCPU);
        QCOMPARE(mask.visible.sizes(), (at::IntArrayRef{5, 6 * 4})); // 16 units, 6 of them kept
        QVERIFY(mask.hidden.sum(1).eq(64 - 24).all().item<bool>());
        QVERIFY(mask.hidden.gather(1, mask.visible).eq(0).all().item<bool>());
        const auto units = mask.hidden.view({5, 4, 2, 4, 2});
        QVERIFY(torch::equal(units.amax({2, 4}), units.amin({2, 4})));
        QVERIFY(torch::equal(masking.draw(5, 8, 7, c10::kCPU).visible, mask.visible));
        QVERIFY(!torch::equal(masking.draw(5, 8, 8, c10::kCPU).visible, mask.visible));
        QVERIFY(!torch::equal(mask.visible[0], mask.visible[1]));
    }

    void alwaysHidesAndShowsSomething()
    {
        for (const double ratio : {0.05, 0.95}) {
            const auto mask = Masking{ratio, 1}.draw(3, 2, 1, c10::kCPU);
            QCOMPARE(mask.visible.size(1), ratio < 0.5 ? 3 : 1);
        }
        QVERIFY_THROWS_EXCEPTION(Error, (Masking{0.5, 3}.draw(1, 8, 1, c10::kCPU)));
        QVERIFY_THROWS_EXCEPTION(Error, (Masking{0.5, 4}.draw(1, 4, 1, c10::kCPU)));
    }

    void showsWhatItSawAndPainted()
    {
        const auto images = X({2, 3, 8, 8}, 0.3).to(torch::kFloat);
        const Masking masking{0.5, 1, true};
        const auto mask = masking.draw(2, 2, 3, c10::kCPU);
        Embeddings given;
        given.goals = {patchify(images, 4)};
        const auto [variance, mean] = torch::var_mean(given.goals[0], at::OptionalIntArrayRef{-1}, 1, true);
        given.z = {(given.goals[0] - mean) / (variance + 1e-6).sqrt()}; // right in everything it was asked for
        given.mask = mask.hidden;
        const auto seen = masking.seen(images, given, 4);
        QVERIFY(torch::equal(seen->input, images));
        QVERIFY(torch::allclose(seen->leaking, images, 1e-4, 1e-5));
        QVERIFY(!torch::allclose(seen->reconstruction, images, 1e-2, 1e-2));
        const auto kept = patchify(seen->masked, 4) * (1 - given.mask.unsqueeze(2));
        QVERIFY(torch::equal(kept, given.goals[0] * (1 - given.mask.unsqueeze(2))));
        QVERIFY((patchify(seen->masked, 4) * given.mask.unsqueeze(2)).eq(0).all().item<bool>());
        QVERIFY(!(Masking{0.5, 1, false}.seen(images, given, 4)->leaking.defined()));
    }

    void asksForAnArchitectureThatSeesParts()
    {
        Networks nets;
        nets.setBackbone(make(backbones(), "smallconv", "backbone")->build(3, 32));
        try {
            objective("mae")->build(nets, {{}, 3, 32, 0});
            QFAIL("was built");
        } catch (const Error& error) {
            QCOMPARE(error.key(), std::string("backbone.name"));
        }
    }
};

QTEST_APPLESS_MAIN(TestMasking)
#include "tst_masking.moc"
