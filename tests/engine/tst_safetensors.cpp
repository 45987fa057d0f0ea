// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "experiments/safetensors.h"
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cstring>
#include <fstream>
#include <torch/torch.h>

using namespace revisit;

namespace {

std::string file(const std::string& header, std::size_t dataBytes, std::uint64_t length)
{
    std::string all(8, '\0');
    std::memcpy(all.data(), &length, 8);
    return all + header + std::string(dataBytes, '\0');
}

std::string file(const std::string& header, std::size_t dataBytes) { return file(header, dataBytes, header.size()); }

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path path() const { return m_folder.filePath("t.safetensors").toStdString(); }

private Q_SLOTS:
    void everyTypeComesBack()
    {
        State state;
        for (const auto type : {torch::kFloat, torch::kDouble, torch::kHalf, torch::kBFloat16, torch::kLong,
                                torch::kInt, torch::kShort, torch::kChar, torch::kByte, torch::kBool})
            state[c10::toString(type)] = torch::arange(6).remainder(2).reshape({2, 3}).to(type);
        state["scalar"] = torch::tensor(2.5);
        state["empty"] = torch::zeros({0, 4});
        state["a strided view"] = torch::arange(12, torch::kFloat).reshape({3, 4}).t();
        writeTensors(path(), state);
        const auto back = readTensors(path());
        QCOMPARE(back.size(), state.size());
        for (const auto& [name, tensor] : state)
            QVERIFY2(back.at(name).dtype() == tensor.dtype() && torch::equal(back.at(name), tensor), name.c_str());
    }

    void refusesWhatLies_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << says;
        };
        row("empty file", "", "too short");
        row("length of 2^64 - 1", file("{}", 0, ~0ull), "bytes");
        row("length that wraps", file("{}", 0, ~0ull - 7), "bytes");
        row("length past the end", file("{}", 0, 100), "bytes");
        row("not JSON", file("{\"a\":", 0), "JSON");
        row("an array", file("[1, 2, 3]", 0), "JSON");
        row("200,000 brackets", file(std::string(200000, '['), 0), "JSON");
        row("not UTF-8", file("{\"\xff\":1}", 0), "JSON");
        row("a key twice",
            file(
                R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                1),
            "twice");
        row("shape wraps to zero",
            file(R"({"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0), "overflow");
        row("shape wraps with the type",
            file(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 0), "overflow");
        row("negative side", file(R"({"a":{"dtype":"F32","shape":[-1,-4],"data_offsets":[0,16]}})", 16), "no size");
        row("side of 2.0", file(R"({"a":{"dtype":"F32","shape":[2.0,2],"data_offsets":[0,16]}})", 16), "no size");
        row("shape against offsets", file(R"({"a":{"dtype":"F32","shape":[32,8],"data_offsets":[0,65536]}})", 65536),
            "needs");
        row("reversed offsets", file(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}})", 16), "needs");
        row("overlap",
            file(
                R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
                4),
            "overlap");
        row("hole", file(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}})", 12), "hole");
        row("trailing bytes", file(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 5), "no tensor");
        row("past the end", file(R"({"a":{"dtype":"U8","shape":[400],"data_offsets":[0,400]}})", 4), "needs");
        row("unknown type", file(R"({"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}})", 4), "data type");
        row("17 dimensions",
            file(R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}})", 1),
            "16 dimensions");
        row("metadata that is no text", file(R"({"__metadata__":{"a":1}})", 0), "metadata");
        row("entry without a shape", file(R"({"a":{"dtype":"U8","data_offsets":[0,4]}})", 4), "should have");
    }
    void refusesWhatLies()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        std::ofstream(path(), std::ios::binary).write(bytes.constData(), bytes.size());
        try {
            readTensors(path());
            QFAIL("a damaged file was read");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(says), error.what());
            QVERIFY2(QString(error.what()).contains("t.safetensors"), error.what());
        }
    }

    void everyTruncationIsRefused()
    {
        writeTensors(path(), {{"a", torch::ones({3, 5})}, {"b", torch::ones({7})}});
        const auto whole = std::filesystem::file_size(path());
        for (std::uintmax_t size = 0; size < whole; ++size) {
            std::filesystem::resize_file(path(), whole - 1 - size);
            QVERIFY_THROWS_EXCEPTION(Error, readTensors(path()));
        }
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
