// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "experiments/bench/benchmark.h"
#include "experiments/bench/tiles.h"
#include "experiments/learning.h"
#include "experiments/views.h"
#include <ATen/Parallel.h>
#include <chrono>
#include <cmath>
#include <numeric>
#include <torch/torch.h>

namespace revisit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

bool goOn(double, const std::string&) { return true; }

std::shared_ptr<Pack> packed(const char* name, const Json& settings, const fs::path& cache)
{
    const auto dataset = make(datasets(), name, "dataset.name");
    dataset->read(settings, "dataset", name);
    return dataset->open(cache, goOn);
}

std::shared_ptr<Pack> packOf(const Tiles& tiles, std::int64_t count)
{
    writeTiles(tiles, count);
    return packed("folder", {{"path", tiles.folder.string()}}, tiles.folder.parent_path() / "cache");
}

// Normalised batches of all patches in an order by chance, again and again: as training reads them.
class ReadBenchmark final : public Benchmark {
public:
    ReadBenchmark(bool quick, const fs::path& folder, bool augmented)
        : m_augmented(augmented),
          m_seconds(quick ? 0.05 : 3),
          m_batch(quick ? 8 : 64),
          m_tiles{sizePx, folder / "tiles"},
          m_pack(packOf(m_tiles, quick ? 16 : 2048)),
          m_views(m_pack, sizePx, at::kCPU),
          m_order(static_cast<std::size_t>(m_pack->size()))
    {
        m_chain.read(Json::object());
        std::iota(m_order.begin(), m_order.end(), 0);
    }
    Json task() const override
    {
        Json mean = Json::array(), deviation = Json::array();
        for (const auto& band : m_pack->statistics()) mean.push_back(band.mean), deviation.push_back(band.deviation);
        return {{"folder", m_tiles.folder.string()},
                {"tiles", m_pack->size()},
                {"size_px", sizePx},
                {"batch", m_batch},
                {"seconds", m_seconds},
                {"augmented", m_augmented},
                {"scale", Tiles::scale},
                {"mean", mean},
                {"deviation", deviation},
                {"threads", 2}};
    }
    void check(const Json& peer) const override // by the root of the mean square of tile-0.tif as it comes to training
    {
        std::int64_t first = 0;
        while (m_pack->patches()[static_cast<std::size_t>(first)].id.find("tile-0.") == std::string::npos) ++first;
        const auto own = m_views.plain(std::span(&first, 1)).square().mean().sqrt().item<double>();
        const auto other = peer.value("tile", 0.0);
        if (!(std::abs(own - other) < 1e-3))
            throw Error("--peers: not the same work: tile-0.tif normalised is " + std::to_string(own) + " here, " +
                        std::to_string(other) + " there (tests/peers/data.py)");
    }
    Json round() override
    {
        const auto began = Clock::now();
        std::int64_t records = 0;
        do {
            Random random(0, "bench", static_cast<std::uint64_t>(++m_epoch));
            for (auto i = m_order.size(); i > 1; --i)
                std::swap(m_order[i - 1], m_order[static_cast<std::size_t>(random.below(i))]);
            for (std::int64_t at = 0; at + m_batch <= m_pack->size(); at += m_batch, records += m_batch) {
                const auto batch =
                    std::span(m_order).subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(m_batch));
                m_augmented ? m_views.draw(m_chain, batch, 0, ++m_step, 0) : m_views.plain(batch);
            }
        } while (since(began) < m_seconds);
        return {{"value", static_cast<double>(records) / since(began)}};
    }

private:
    static constexpr std::int64_t sizePx = 64;
    bool m_augmented;
    double m_seconds;
    std::int64_t m_batch;
    Tiles m_tiles;
    std::shared_ptr<Pack> m_pack;
    Views m_views;
    Chain m_chain;
    std::vector<std::int64_t> m_order;
    std::int64_t m_step = 0, m_epoch = 0;
};

// Files to a pack, with its statistics, until it is safe on the disk.
class PackBenchmark final : public Benchmark {
public:
    // `scene`: one image that is cut, instead of a folder of small ones; the bytes are as many.
    PackBenchmark(bool quick, const fs::path& folder, bool scene)
        : m_scene(scene),
          m_tiles{scene ? (quick ? 128 : 2880) : 64, folder / "tiles"},
          m_count(scene   ? 1
                  : quick ? 16
                          : 2025),
          m_cache(folder / "cache")
    {
        writeTiles(m_tiles, m_count);
    }
    Json task() const override
    {
        return {{"folder", m_tiles.folder.string()},
                {"tiles", m_count},
                {"size_px", m_tiles.sidePx},
                {"scene", m_scene},
                {"to", (m_cache.parent_path() / "translated").string()},
                {"threads", 2}};
    }
    Json round() override
    {
        fs::remove_all(m_cache);
        const auto began = Clock::now();
        const auto pack = m_scene ? packed("scene", {{"path", (m_tiles.folder / "tile-0.tif").string()}}, m_cache)
                                  : packed("folder", {{"path", m_tiles.folder.string()}}, m_cache);
        const auto bytes = static_cast<double>(m_count * m_tiles.sidePx * m_tiles.sidePx * Tiles::bands * 2);
        return {{"value", bytes / 1e6 / since(began)}};
    }

private:
    bool m_scene;
    Tiles m_tiles;
    std::int64_t m_count;
    fs::path m_cache;
};

// Steps whose batch comes from the pack, and in turn with them the same steps on a tensor that is there already.
class LoadedStepBenchmark final : public Benchmark {
public:
    LoadedStepBenchmark(bool quick, const fs::path& folder, const char* backbone)
        : m_batch(quick ? 8 : 64),
          m_steps(quick                                  ? 1
                  : std::string(backbone) == "smallconv" ? 40
                                                         : 6),
          m_pack(packOf({sizePx, folder / "tiles"}, quick ? 16 : 1024)),
          m_views(m_pack, sizePx, at::kCPU),
          m_experiment({{"backbone", {{"name", backbone}}},
                        {"objective", {{"name", "supervised"}}},
                        {"optimizer", {{"name", "sgd"}, {"learning_rate", 0.01}}}})
    {
        m_chain.read(Json::object());
        m_experiment.build(m_networks, Tiles::bands, sizePx, classes);
        m_experiment.optimizer->attach(m_networks);
        m_data.labels = torch::arange(m_batch).remainder(classes);
        m_ready = drawn();
    }
    Json task() const override
    {
        return {{"batch", m_batch}, {"size_px", sizePx}, {"bands", Tiles::bands}, {"steps", m_steps}, {"threads", 2}};
    }
    Json round() override
    {
        double fromPack = 0, inMemory = 0;
        for (int i = 0; i < m_steps; ++i) {
            auto began = Clock::now();
            learn(drawn());
            fromPack += since(began);
            began = Clock::now();
            learn(m_ready);
            inMemory += since(began);
        }
        return {{"value", fromPack / m_steps}, {"in_memory", inMemory / m_steps}, {"ratio", fromPack / inMemory}};
    }

private:
    at::Tensor drawn()
    {
        std::vector<std::int64_t> batch;
        Random random(0, "bench", static_cast<std::uint64_t>(m_step));
        for (std::int64_t k = 0; k < m_batch; ++k)
            batch.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(m_pack->size()))));
        return m_views.draw(m_chain, batch, 0, m_step, 0);
    }
    void learn(const at::Tensor& images)
    {
        m_data.views = {images};
        m_data.moment = {++m_step, m_experiment.training.steps};
        learnFrom(m_data, m_experiment, m_networks, m_group);
    }
    static constexpr std::int64_t classes = 10, sizePx = 64;
    std::int64_t m_batch;
    int m_steps;
    std::shared_ptr<Pack> m_pack;
    Views m_views;
    Chain m_chain;
    Experiment m_experiment;
    Networks m_networks;
    Alone m_group;
    Batch m_data;
    at::Tensor m_ready;
    std::int64_t m_step = 0;
};

} // namespace

std::vector<BenchmarkEntry> dataBenchmarks()
{
    const auto& all = datasets();
    if (std::none_of(all.begin(), all.end(), [](const auto& entry) { return entry.name == std::string("folder"); }))
        return {}; // an engine that opens no foreign files
    const auto reading = [](bool augmented) {
        return [augmented](bool quick, const fs::path& folder) {
            return std::make_unique<ReadBenchmark>(quick, folder, augmented);
        };
    };
    const auto packing = [](bool scene) {
        return [scene](bool quick, const fs::path& folder) {
            return std::make_unique<PackBenchmark>(quick, folder, scene);
        };
    };
    const auto stepping = [](const char* backbone) {
        return [backbone](bool quick, const fs::path& folder) {
            return std::make_unique<LoadedStepBenchmark>(quick, folder, backbone);
        };
    };
    return {
        {"data-plain",
         "12 bands of 64 px as normalised batches of 64: from a pack, and by a DataLoader (2 workers) "
         "from the GeoTIFF files",
         "records/s", reading(false), "data"},
        {"data-views", "the same, cropped, flipped and turned", "records/s", reading(true), "data"},
        {"data-pack", "200 MB of GeoTIFF tiles of 64 px to a pack on all cores, and read once by GDAL into one file",
         "MB/s", packing(false), "data"},
        {"data-pack-scene", "one GeoTIFF of 200 MB to a pack on all cores, and by GDAL's copy (gdal_translate) to ENVI",
         "MB/s", packing(true), "data"},
        {"data-step-resnet18", "a step of 64 views of 12 bands of 64 px from a pack, and of a tensor in memory",
         "s/step", stepping("resnet18"), "data", true},
        {"data-step-smallconv", "the same with four convolutions", "s/step", stepping("smallconv"), "data", true},
    };
}

} // namespace revisit
