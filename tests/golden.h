// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/ATen.h>
#include <QtTest/QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

/// Fails the test unless |actual - expected| <= relative * |expected|, and shows both.
#define COMPARE_NEAR(actual, expected, relative)                                                                       \
    do {                                                                                                               \
        const double actual_ = (actual), expected_ = (expected);                                                       \
        QVERIFY2(std::abs(actual_ - expected_) <= (relative)*std::abs(expected_),                                      \
                 qPrintable(QStringLiteral("%1, expected %2").arg(actual_, 0, 'g', 17).arg(expected_, 0, 'g', 17)));   \
    } while (false)

namespace golden {

/// The inputs of the golden values, float64: element k is sin(a (k + 1)) + 0.1 cos(0.37 (k + 1)).
inline at::Tensor X(at::IntArrayRef shape, double a)
{
    auto x = at::empty(shape, at::kDouble);
    double* value = x.mutable_data_ptr<double>();
    for (int64_t k = 1; k <= x.numel(); ++k) *value++ = std::sin(a * k) + 0.1 * std::cos(0.37 * k);
    return x;
}

/// The file of that name in tests/parity.
inline nlohmann::json read(const std::string& name)
{
    std::ifstream file(REVISIT_SOURCE "/tests/parity/" + name);
    return nlohmann::json::parse(file);
}

/// A list, or list of equally long lists, of numbers.
inline at::Tensor tensor(const nlohmann::json& list)
{
    if (!list.front().is_array()) return at::tensor(list.get<std::vector<double>>(), at::kDouble);
    std::vector<at::Tensor> rows;
    for (const auto& row : list) rows.push_back(tensor(row));
    return at::stack(rows);
}

/// Largest absolute difference over the largest absolute expected value.
inline double difference(const at::Tensor& actual, const at::Tensor& expected)
{
    const auto e = expected.to(at::kDouble);
    return ((actual.to(at::kDouble) - e).abs().max() / e.abs().max()).item<double>();
}

/// What f returns with LibTorch on that many threads.
template <class F> auto withThreads(int threads, const F& f)
{
    const int before = at::get_num_threads();
    at::set_num_threads(threads);
    auto result = f();
    at::set_num_threads(before);
    return result;
}

} // namespace golden
