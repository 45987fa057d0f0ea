// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluator.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/base/random.h"
#include "datasets/pack.h"
#include "experiments/evaluation/logistic.h"
#include "experiments/evaluation/neighbours.h"
#include "experiments/evaluation/pca.h"
#include "experiments/evaluation/procrustes.h"
#include "experiments/evaluation/rank.h"
#include "experiments/evaluation/tsne.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <torch/torch.h>

namespace revisit {
namespace {

constexpr std::int64_t imagesAtOnce = 256;
constexpr std::int64_t thumbnailPx = 32; // at most; smaller patches as they are

std::vector<std::int64_t> drawn(std::vector<std::int64_t> from, std::int64_t count, Random random)
{
    const auto n = std::min<std::size_t>(from.size(), static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < n; ++i) std::swap(from[i], from[i + random.below(from.size() - i)]);
    from.resize(n);
    return from;
}

// Shortest in print with so many significant digits.
double digits(double value, int count)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", count, value);
    return std::strtod(text, nullptr);
}

// A fifth of the patches; whole cells of 10 degrees where they have a place, since neighbours would tell the answer.
bool isHeldOut(const Patch& patch)
{
    constexpr double cellDeg = 10;
    const auto cell = [](double degrees) { return static_cast<std::uint64_t>(std::floor(degrees / cellDeg) + 100); };
    const auto place = patch.located() ? Random(0, "held out", cell(patch.lon), cell(patch.lat)) : Random(0, patch.id);
    return Random(place).chance(0.2);
}

// Mean over blocks: RGB of side `from` to side `to`, where `from` is a multiple, else the nearest pixel.
std::vector<std::uint8_t> shrunk(const std::vector<std::uint8_t>& rgb, std::int64_t from, std::int64_t to)
{
    std::vector<std::uint8_t> small(static_cast<std::size_t>(to * to * 3));
    for (std::int64_t y = 0; y < to; ++y)
        for (std::int64_t x = 0; x < to; ++x)
            for (std::int64_t c = 0; c < 3; ++c) {
                const auto top = y * from / to, left = x * from / to;
                const auto bottom = std::max(top + 1, (y + 1) * from / to),
                           right = std::max(left + 1, (x + 1) * from / to);
                std::int64_t sum = 0;
                for (auto j = top; j < bottom; ++j)
                    for (auto i = left; i < right; ++i) sum += rgb[static_cast<std::size_t>((j * from + i) * 3 + c)];
                const auto n = (bottom - top) * (right - left);
                small[static_cast<std::size_t>((y * to + x) * 3 + c)] = static_cast<std::uint8_t>((sum + n / 2) / n);
            }
    return small;
}

// Features of images that `images` makes for a range of indices.
template <class Images> at::Tensor inParts(const std::vector<std::int64_t>& indices, const Images& images)
{
    std::vector<at::Tensor> parts;
    for (std::size_t first = 0; first < indices.size(); first += imagesAtOnce)
        parts.push_back(
            images(std::span(indices).subspan(first, std::min<std::size_t>(imagesAtOnce, indices.size() - first))));
    return torch::cat(parts);
}

} // namespace

Evaluator::Evaluator(const Evaluation& settings, std::shared_ptr<const Pack> pack,
                     const std::vector<std::int64_t>& known, const Views& views, const Chain& chain, std::uint64_t seed)
    : m_settings(settings),
      m_pack(std::move(pack)),
      m_views(views),
      m_chain(chain),
      m_seed(seed)
{
    auto train = m_pack->indices(Split::Train), test = m_pack->indices(Split::Test);
    if (test.empty()) { // the probe set may not be learnt from by the probes: split what there is
        const auto half = std::min<std::int64_t>(settings.patches, static_cast<std::int64_t>(train.size()) / 2);
        train = drawn(train, static_cast<std::int64_t>(train.size()), Random(seed, "evaluation split"));
        test.assign(train.begin(), train.begin() + half);
        train.erase(train.begin(), train.begin() + half);
    }
    std::erase_if(train, [&](std::int64_t i) { return !std::binary_search(known.begin(), known.end(), i); });
    m_candidates = test.size();
    m_probe = drawn(std::move(test), settings.patches, Random(seed, "probe set"));
    m_bank = drawn(std::move(train), settings.bank, Random(seed, "bank"));
    if (m_probe.size() < 10 || m_bank.size() < 10)
        throw Error("dataset: has too few patches to be probed (" + std::to_string(m_probe.size()) +
                        " in the probe set, " + std::to_string(m_bank.size()) +
                        " in the bank); 10 are needed in each: add images, set more aside for tests, raise "
                        "training.subset, or set evaluation.bank_from to all",
                    "dataset");
    m_labelled = !m_pack->format().classes.empty();
    std::vector<std::int64_t> heldOut;
    for (const auto i : m_bank) heldOut.push_back(isHeldOut(m_pack->patches()[static_cast<std::size_t>(i)]));
    m_heldOut = torch::tensor(heldOut, torch::kBool);
    m_factors = FactorProbes(*m_pack, m_bank, m_probe, m_heldOut);
}

at::Tensor Evaluator::labelsOf(const std::vector<std::int64_t>& indices) const
{
    std::vector<std::int64_t> labels;
    for (const auto i : indices) labels.push_back(m_pack->patches()[static_cast<std::size_t>(i)].label);
    return torch::tensor(labels, torch::kLong);
}

Json Evaluator::patches(const std::filesystem::path& run) const
{
    const auto& format = m_pack->format();
    const auto side = std::min(format.sizePx, thumbnailPx);
    std::string pixels;
    Json ids = Json::array(), labels = Json::array(), lon = Json::array(), lat = Json::array();
    for (const auto i : m_probe) {
        const auto small = shrunk(m_pack->rgb(i), format.sizePx, side);
        pixels.append(small.begin(), small.end());
        const auto& patch = m_pack->patches()[static_cast<std::size_t>(i)];
        ids.push_back(patch.id);
        labels.push_back(patch.label);
        lon.push_back(digits(patch.lon, 7));
        lat.push_back(digits(patch.lat, 7));
    }
    replaceFile(run / "thumbnails.bin", pixels);
    return {{"count", m_probe.size()},
            {"of", m_candidates},
            {"bank", m_bank.size()},
            {"thumbnails",
             {{"file", "thumbnails.bin"},
              {"width", side},
              {"height", side},
              {"channels", 3},
              {"stretch", m_pack->stretch()}}},
            {"classes", format.classes},
            {"ids", ids},
            {"label", labels},
            {"lon", lon},
            {"lat", lat}};
}

Json Evaluator::metrics(const at::Tensor& probe, const at::Tensor& bank, const at::Tensor& viewA,
                        const at::Tensor& viewB) const
{
    Json all = Json::object();
    if (m_labelled) {
        const auto classes = static_cast<std::int64_t>(m_pack->format().classes.size());
        const auto known = labelsOf(m_bank).to(bank.device()), wanted = labelsOf(m_probe).to(probe.device());
        const auto usable = known.ge(0).nonzero().squeeze(1), asked = wanted.ge(0).nonzero().squeeze(1);
        const auto learnt = bank.index_select(0, usable), answers = known.index_select(0, usable);
        const auto query = probe.index_select(0, asked), truth = wanted.index_select(0, asked);
        all["knn"] = accuracy(classify(learnt, answers, query, classes), truth);
        all["linear"] = linear(learnt, answers, query, truth);
    }
    all["std"] = spread(probe);
    all["rank"] = rankMe(probe, Centring::Mean);
    all["leading"] = leadingShare(probe);
    all["rank_raw"] = rankMe(probe, Centring::None);
    if (viewA.defined()) all["retrieval"] = mutualRetrieval(viewA, viewB);
    return all;
}

double Evaluator::linear(const at::Tensor& bank, const at::Tensor& known, const at::Tensor& query,
                         const at::Tensor& truth) const
{
    const auto classes = static_cast<std::int64_t>(m_pack->format().classes.size());
    const auto heldOut = m_heldOut.index_select(0, labelsOf(m_bank).ge(0).nonzero().squeeze(1)).to(bank.device());
    const auto in = heldOut.logical_not().nonzero().squeeze(1), out = heldOut.nonzero().squeeze(1);
    std::vector<std::pair<double, double>> tried; // penalty, share right
    double most = 0;
    for (const double l2 : {1000., 100., 10., 1.}) {
        if (in.numel() == 0 || out.numel() == 0) break;
        LogisticOptions options;
        options.l2 = l2;
        const auto probe = fitLinearProbe(bank.index_select(0, in), known.index_select(0, in), classes, options);
        tried.emplace_back(l2, accuracy(probe.predict(bank.index_select(0, out)), known.index_select(0, out)));
        most = std::max(most, tried.back().second);
    }
    // The simplest within one standard error of the best (Breiman et al. 1984).
    const double error = std::sqrt(most * (1 - most) / static_cast<double>(std::max<std::int64_t>(1, out.numel())));
    LogisticOptions best;
    for (const auto& [l2, right] : tried)
        if (right >= most - error) {
            best.l2 = l2;
            break;
        }
    return accuracy(fitLinearProbe(bank, known, classes, best).predict(query), truth);
}

Json Evaluator::chance() const
{
    Json all = Json::object();
    if (m_labelled) {
        const auto labels = labelsOf(m_probe);
        const auto counts = labels.index_select(0, labels.ge(0).nonzero().squeeze(1)).bincount();
        const double most = counts.max().item<double>() / std::max(1.0, counts.sum().item<double>());
        all["knn"] = most; // of always naming the most frequent class
        all["linear"] = most;
    } else {
        all["retrieval"] = 1.0 / static_cast<double>(m_probe.size());
    }
    return all;
}

Json Evaluator::statistics() const
{
    const auto colours = [](const at::Tensor& images) { // [N, C, S, S] -> mean and deviation per band, [N, 2C]
        const auto flat = images.flatten(2);
        return torch::cat({flat.mean(2), flat.std(2)}, 1);
    };
    const auto plain = [&](std::span<const std::int64_t> part) { return colours(m_views.plain(part)); };
    at::Tensor a, b;
    if (!m_labelled) {
        a = inParts(m_probe, [&](std::span<const std::int64_t> part) {
            return colours(m_views.draw(m_chain, part, m_seed, 0, 0));
        });
        b = inParts(m_probe, [&](std::span<const std::int64_t> part) {
            return colours(m_views.draw(m_chain, part, m_seed, 0, 1));
        });
    }
    return metrics(inParts(m_probe, plain), inParts(m_bank, plain), a, b);
}

Evaluator::Look Evaluator::look(Networks& networks, const std::function<bool()>& cancelled)
{
    torch::NoGradGuard none;
    const bool training = networks.is_training();
    networks.eval();
    const auto depth = m_settings.headLayers;
    const auto features = [&](const std::vector<std::int64_t>& indices, int view) {
        return inParts(indices, [&](std::span<const std::int64_t> part) {
            const auto images = view < 0 ? m_views.plain(part) : m_views.draw(m_chain, part, m_seed, 0, view);
            const auto h = networks.backbone->forward(images.to(networks.type));
            return depth > 0 ? networks.head->upTo(h, depth) : h;
        });
    };
    const auto probe = features(m_probe, -1), bank = features(m_bank, -1);
    at::Tensor a, b;
    if (!m_labelled) a = features(m_probe, 0), b = features(m_probe, 1);
    Look look{metrics(probe.to(at::kFloat), bank.to(at::kFloat), a, b), m_factors.held(bank, probe), {}};
    const auto projections = networks.head && depth == 0 ? networks.head->forward(probe).to(at::kFloat) : at::Tensor();
    networks.train(training);

    auto& all = look.metrics;
    if (projections.defined()) {
        all["std_projection"] = spread(projections);
        all["deviation_projection"] = projections.std(0).mean().item<double>();
        all["rank_projection"] = rankMe(projections, Centring::Mean);
        all["leading_projection"] = leadingShare(projections);
    }
    if (m_first.empty()) m_first = all;
    for (const char* what : {"rank", "rank_projection"})
        if (all.contains(what) && m_first.value(what, 0.0) > 0)
            all[std::string(what) + "_relative"] = all[what].get<double>() / m_first[what].get<double>();
    look.embedding = layout(torch::nn::functional::normalize(probe.to(at::kFloat)), cancelled);
    return look;
}

Json Evaluator::layout(const at::Tensor& features, const std::function<bool()>& cancelled)
{
    Json settings = Json::object();
    at::Tensor xy;
    if (m_settings.layout == "pca" || !features.isfinite().all().item<bool>()) {
        xy = pca(features.nan_to_num(0, 0, 0), 2).to(torch::kFloat);
        if (m_layout.defined()) xy = aligned(xy, m_layout);
        settings["pca"] = 2;
    } else {
        TsneOptions options;
        const auto n = static_cast<double>(features.size(0));
        options.perplexity = m_settings.perplexity > 0 ? static_cast<double>(m_settings.perplexity)
                                                       : std::max(5.0, std::ceil(std::sqrt(n) / 4));
        options.cancelled = cancelled;
        xy = tsne(features, options, m_layout);
        settings["pca"] = std::min<std::int64_t>(50, features.size(1));
        settings["perplexity"] = options.perplexity;
        settings["iterations"] = options.iterations + (m_layout.defined() ? 0 : options.exaggerated);
    }
    m_layout = xy.to(torch::kCPU).contiguous();
    Json flat = Json::array();
    const auto* values = m_layout.const_data_ptr<float>();
    for (std::int64_t i = 0; i < m_layout.numel(); ++i) flat.push_back(digits(values[i], 4));
    return {{"method", m_settings.layout}, {"settings", settings}, {"xy", flat}};
}

Json Evaluator::memory() const
{
    Json layout = Json::array();
    if (m_layout.defined())
        for (std::int64_t i = 0; i < m_layout.numel(); ++i) layout.push_back(m_layout.const_data_ptr<float>()[i]);
    return {{"first", m_first}, {"layout", layout}};
}

void Evaluator::remember(const Json& memory)
{
    m_first = memory.at("first");
    const auto layout = memory.at("layout").get<std::vector<float>>();
    if (layout.size() == m_probe.size() * 2) m_layout = torch::tensor(layout).reshape({-1, 2});
}

} // namespace revisit
