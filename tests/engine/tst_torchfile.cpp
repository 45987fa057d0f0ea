// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "experiments/torchfile.h"
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cstring>
#include <fstream>
#include <torch/torch.h>

using namespace revisit;

namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

std::string little(std::uint64_t number, std::size_t bytes)
{
    std::string all(bytes, '\0');
    std::memcpy(all.data(), &number, bytes);
    return all;
}

// A zip of stored entries; `method` and `more` are lies: the compression said, and bytes declared beyond what is there.
std::string zip(const Parts& parts, std::uint64_t method = 0, std::uint64_t more = 0)
{
    std::string all, directory;
    for (const auto& [name, bytes] : parts) {
        const auto crc = crc32(std::as_bytes(std::span(bytes)));
        const auto facts = little(20, 2) + little(0, 2) + little(method, 2) + little(0, 4) + little(crc, 4) +
                           little(bytes.size() + more, 4) + little(bytes.size() + more, 4) + little(name.size(), 2) +
                           little(0, 2);
        directory += "PK\1\2" + little(20, 2) + facts + little(0, 2 + 2 + 2 + 4) + little(all.size(), 4) + name;
        all += "PK\3\4" + facts + name + bytes;
    }
    return all + directory + "PK\5\6" + little(0, 4) + little(parts.size(), 2) + little(parts.size(), 2) +
           little(directory.size(), 4) + little(all.size(), 4) + little(0, 2);
}

// The same with a last entry whose unpacked size the directory gives as `bytes`, in a zip64 field.
std::string inflated(std::string all, std::uint64_t bytes)
{
    const auto entry = all.rfind("PK\1\2"), end = all.rfind("PK\5\6");
    all.replace(entry + 24, 4, std::string(4, '\xff'));
    all.replace(entry + 30, 2, little(12, 2));
    all.insert(end, little(1, 2) + little(8, 2) + little(bytes, 8));
    return all.replace(end + 12 + 12, 4, little(end + 12 - all.find("PK\1\2"), 4));
}

// Pickle's instructions.
std::string text(const std::string& value) { return "X" + little(value.size(), 4) + value; }
std::string number(std::int64_t value) { return "\x8a\x08" + little(static_cast<std::uint64_t>(value), 8); }
std::string tuple(const std::vector<std::int64_t>& values)
{
    std::string all = "(";
    for (const auto value : values) all += number(value);
    return all + "t";
}
const std::string head = "\x80\x02", ordered = "ccollections\nOrderedDict\n)R";
std::string tensor(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides,
                   std::int64_t offset, std::int64_t values, const std::string& storage = "FloatStorage")
{
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n" + storage + "\n" + text("0") +
           text("cpu") + number(values) + "tQ" + number(offset) + tuple(shape) + tuple(strides) + "\x89" + ordered +
           "tR";
}
std::string dict(const std::string& name, const std::string& value) { return "}" + text(name) + value + "s"; }

std::string saved(const std::string& pickle, const std::string& data = std::string(48, '\0'))
{
    return zip({{"x/data.pkl", head + pickle + "."}, {"x/byteorder", "little"}, {"x/data/0", data}});
}

std::string contents(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const std::filesystem::path parity = REVISIT_SOURCE "/tests/parity";

} // namespace

class TestTorchFile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path path() const { return m_folder.filePath("t.pth").toStdString(); }
    State read(const std::string& bytes) const
    {
        std::filesystem::remove(path()); // a new file need not reach the disk, a truncated one may
        std::ofstream(path(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return readTorchFile(path());
    }

private Q_SLOTS:
    void readsWhatPythonWrote()
    {
        const auto state = readTorchFile(parity / "state.pth");
        QCOMPARE(state.size(), 12u);
        const auto sine = [](std::int64_t k, at::IntArrayRef shape) {
            const auto i = torch::arange(1, 1 + c10::multiply_integers(shape), torch::kDouble);
            return (0.1 * static_cast<double>(k + 1) * i).sin().to(torch::kFloat).reshape(shape);
        };
        QVERIFY(torch::equal(state.at("layers.0.weight"), sine(0, {4, 3, 3, 3})));
        QVERIFY(torch::equal(state.at("layers.1.bias"), sine(2, {4})));            // a parameter
        QVERIFY(torch::equal(state.at("layers.3.weight"), sine(5, {8, 4, 3, 3}))); // in another order in memory
        QVERIFY(!state.at("layers.3.weight").is_contiguous());
        QVERIFY(torch::equal(state.at("layers.4.weight"), sine(6, {8}).to(torch::kBFloat16)));
        QVERIFY(torch::equal(state.at("layers.4.bias"), sine(7, {8}).to(torch::kHalf)));
        QCOMPARE(state.at("layers.1.num_batches_tracked").item<std::int64_t>(), 7);
    }

    void namesSayTheWay()
    {
        const auto state = readTorchFile(parity / "moco.pth");
        QCOMPARE(state.size(), 27u);
        for (const char* name : {"state_dict.module.encoder_q.layers.0.weight", "state_dict.module.queue",
                                 "optimizer.state.0.momentum_buffer"})
            QVERIFY2(state.contains(name), name);
    }

    void readsWhatTheTestWrites()
    {
        const auto window = torch::arange(12, torch::kFloat);
        const std::string data(static_cast<const char*>(window.const_data_ptr()), 48);
        const auto state = read(saved(dict("a", tensor({2, 3}, {1, 4}, 1, 12)), data));
        QVERIFY(torch::equal(state.at("a"), window.as_strided({2, 3}, {1, 4}, 1)));
        QCOMPARE(read(saved(dict("a", tensor({0, 3}, {3, 1}, 0, 12)))).at("a").numel(), 0);
        const auto protocol4 = "\x95" + little(0, 8) +
                               "}\x94\x8c\x01"
                               "a" +
                               tensor({3}, {1}, 0, 12) + "s";
        QCOMPARE(read(saved(protocol4)).at("a").numel(), 3);
        const auto shared = "(" + text("a") + tensor({3}, {1}, 0, 12) + "q\x07" + text("b") + "h\x07u";
        QCOMPARE(read(saved("}" + shared)).size(), 2u);
    }

    void refusesWhatIsHostile_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << says;
        };
        const auto good = tensor({3, 4}, {4, 1}, 0, 12);
        const std::string system = "cos\nsystem\n(" + text("touch /tmp/owned") + "tR";
        row("os.system", saved(system), "asks for os.system,");
        row("os.system among weights", saved("}" + text("a") + good + "s" + text("b") + system + "s"), "os.system");
        row("eval by protocol 4",
            saved("\x8c\x08"
                  "builtins\x8c\x04"
                  "eval\x93(" +
                  text("1") + "tR"),
            "builtins.eval");
        row("a whole model", saved("ctorchvision.models.resnet\nResNet\n)\x81}b"), "torchvision.models.resnet.ResNet");
        row("torch.load", saved("ctorch\nload\n(" + text("x") + "tR"), "torch.load");
        row("INST", saved("(" + text("x") + "ios\nsystem\n"), "instruction 0x69");
        row("EXT1", saved("\x82\x01"), "instruction 0x82");
        row("a storage called", saved("ctorch\nFloatStorage\n)R"), "damaged");
        row("nothing on the stack", saved("s"), "damaged");
        row("below a mark", saved("}(s"), "damaged");
        row("no mark", saved("}t"), "damaged");
        row("unknown memo", saved("h\x07"), "damaged");
        row("text past the end", saved("X\xff\xff\xff\x7f"), "damaged");
        row("text of 2^64", saved("\x8d" + std::string(8, '\xff')), "damaged");
        row("endless global", saved("c" + std::string(5000, 'a')), "damaged");
        row("no end", zip({{"x/data.pkl", head + "}"}}), "damaged");
        row("odd items", saved("}(" + text("a") + "u"), "damaged");
        row("a tensor of text", saved(dict("a", "ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR")), "damaged");
        row("only a list", saved("]"), "no dict of tensors");
        row("only numbers", saved(dict("epoch", "K\x07")), "no dict of tensors");
        row("contains itself", saved("}q\x01" + text("a") + "h\x01s"), "contains itself");
        std::string deep = "}";
        for (int i = 0; i < 20; ++i) deep = dict("a", deep);
        row("17 deep", saved(deep), "16 deep");
        row("tuples a million deep", saved("}" + std::string(1000000, '\x85')), "no dict of tensors");
        row("too many values", saved(std::string(2000001, '}')), "more than 2000000 values");
        row("long name", saved(dict(std::string(2000, 'a'), good)), "1,000 letters");
        row("same name twice", saved("}(" + text("a") + good + text("a") + good + "u"), "two tensors named a");
        row("huge", saved(dict("a", tensor({1ll << 40, 1ll << 20}, {1, 1}, 0, 12))), "does not hold");
        row("huge storage", saved(dict("a", tensor({1ll << 40}, {1}, 0, 1ll << 40))), "needs a storage");
        row("shape wraps", saved(dict("a", tensor({1ll << 32, 1ll << 32}, {0, 0}, 0, 12))), "does not hold");
        row("one value many times", saved(dict("a", tensor({1 << 30}, {0}, 0, 12))), "does not hold");
        row("past its storage", saved(dict("a", tensor({3, 4}, {4, 1}, 1, 12))), "does not hold");
        row("before its storage", saved(dict("a", tensor({3}, {1}, -1, 12))), "does not hold");
        row("backwards", saved(dict("a", tensor({3}, {-1}, 4, 12))), "does not hold");
        row("strides missing", saved(dict("a", tensor({3}, {}, 0, 12))), "does not hold");
        row("17 dimensions", saved(dict("a", tensor(std::vector<std::int64_t>(17, 1), {}, 0, 12))), "16 dimensions");
        row("storage too short", saved(dict("a", good), std::string(40, '\0')), "x/data/0 has 40 bytes");
        row("storage missing", zip({{"x/data.pkl", head + dict("a", good) + "."}}), "lacks x/data/0");
        row("two types", saved("}" + text("a") + good + "s" + text("b") + tensor({3}, {1}, 0, 12, "IntStorage") + "s"),
            "another data type");
        row("big-endian", zip({{"x/data.pkl", head + dict("a", good) + "."}, {"x/byteorder", "big"}}), "big-endian");
        row("another zip", zip({{"readme.txt", "hello"}}), "no data.pkl");
        row("TorchScript", zip({{"x/constants.pkl", ""}, {"x/data.pkl", ""}}, 8), "TorchScript");
        row("compressed", zip({{"x/data.pkl", head}}, 8), "compressed");
        const auto bomb = tensor({1ll << 50}, {1}, 0, 1ll << 50); // of 4 PB, which only the directory declares
        row("unpacks to more than there is",
            inflated(zip({{"x/data.pkl", head + dict("a", bomb) + "."}, {"x/data/0", std::string(48, '\0')}}),
                     4ull << 50),
            "x/data/0 is compressed");
        row("declares more than there is", zip({{"x/data.pkl", head}}, 0, 1 << 30), "cut short");
        row("an entry twice", zip({{"x/data.pkl", head}, {"x/data.pkl", head}}), "twice");
        row("the magic alone", "PK\3\4", "cut short");
        auto flipped = saved(dict("a", good));
        flipped[flipped.find(std::string(48, '\0')) + 20] = '\1';
        row("a changed byte", flipped, "checksum of x/data/0");
    }
    void refusesWhatIsHostile()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        try {
            read(bytes.toStdString());
            QFAIL("a hostile file was read");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(says), error.what());
            QVERIFY2(QString(error.what()).contains("t.pth: "), error.what());
        }
        QVERIFY(!std::filesystem::exists("/tmp/owned"));
    }

    void everyTruncationAndEveryChangedByteIsRefusedOrHarmless()
    {
        const auto whole = contents(parity / "state.pth");
        const auto attempt = [&](const std::string& bytes) {
            try {
                for (const auto& [name, tensor] : read(bytes)) QVERIFY(tensor.sum().numel() == 1);
            } catch (const Error&) {}
        };
        for (std::size_t size = 0; size < whole.size(); size += 3) attempt(whole.substr(0, size));
        for (std::size_t i = 0; i < whole.size(); ++i) {
            auto changed = whole;
            changed[i] = static_cast<char>(changed[i] ^ (i % 2 == 0 ? 0xff : 0x01));
            attempt(changed);
        }
    }

    void everyChangedInstructionIsRefusedOrHarmless()
    {
        const auto pickle = head + dict("a", tensor({3, 4}, {4, 1}, 0, 12)) + ".";
        for (std::size_t i = 0; i < pickle.size(); ++i)
            for (int value = static_cast<int>(i % 5); value < 256; value += 5) {
                auto changed = pickle;
                changed[i] = static_cast<char>(value);
                try { // with a checksum that fits, so that the machine sees it
                    for (const auto& [name, tensor] :
                         read(zip({{"x/data.pkl", changed}, {"x/data/0", std::string(48, '\0')}})))
                        QVERIFY(tensor.sum().item<double>() == 0);
                } catch (const Error&) {}
            }
    }
};

QTEST_APPLESS_MAIN(TestTorchFile)
#include "tst_torchfile.moc"
