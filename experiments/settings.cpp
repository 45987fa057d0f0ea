// SPDX-License-Identifier: Apache-2.0
#include "experiments/settings.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <filesystem>
#include <sstream>

namespace revisit {

void Training::params(Params& p)
{
    p("steps", steps, "How many batches to learn from.").range(1, 1e8).unit("steps");
    p("batch", batch, "Patches a step; with SimCLR, twice as many less two are the negatives.")
        .range(2, 65536)
        .unit("patches");
    p("subset", subset,
      "How many of the training places to learn from, with all looks at them; automatic takes all. Classes are "
      "balanced, and smaller subsets are parts of larger ones.")
        .range(1, 1e9)
        .automatic(0)
        .unit("places")
        .advanced();
    p("input_px", inputPx, "Side of the images that the network sees; automatic is the patch's own size, up to 64.")
        .range(8, 1024)
        .automatic(0)
        .unit("px");
    p("layers", layers,
      "Which of the data's layers the network sees, one band after the other: names with commas between them, or all; "
      "empty takes the first.")
        .advanced();
    p("most_nodata", soundness.mostAbsent,
      "Patches of which a larger share has no data are left out, of training and of evaluation; 1 keeps all.")
        .range(0, 1)
        .advanced();
    p("most_clouds", soundness.mostClouds,
      "Patches of which a larger share is under clouds are left out, where the data say so; 1 keeps all.")
        .range(0, 1)
        .advanced();
    p("constant", soundness.constant, "Keep patches in which no band has two values; there is nothing to see in them.")
        .advanced();
    p("duplicates", soundness.duplicates,
      "Keep patches with the very pixels of an earlier one; as negatives of each other they cannot be told apart.")
        .advanced();
    p("device", device, "Where to compute: auto takes a GPU where one is found. Otherwise cpu, cuda or cuda:N.");
    p("micro_batch", microBatch,
      "Patches that pass through the network at a time, for batches that would not fit in memory; automatic passes all "
      "at once. Batch norm then sees so many at a time.")
        .range(2, 65536)
        .automatic(0)
        .unit("patches")
        .advanced();
    p("exact", exact,
      "With micro-batches: compare all patches of the batch with each other, at the price of passing them twice; off, "
      "only those of a micro-batch (plain gradient accumulation).")
        .advanced();
    p("recompute", recompute,
      "Compute what happens inside an architecture's blocks twice rather than keep it: less memory, a third more time "
      "(gradient checkpointing).")
        .advanced();
    p("precision", precision,
      "Of the network's arithmetic. bfloat16 is faster on recent GPUs and slower on most processors; the loss is "
      "computed in float32 all the same.")
        .choices({"float32", "bfloat16", "float64"})
        .advanced();
    p("memory_format", memoryFormat,
      "Whether a pixel's channels lie side by side (channels_last) or each channel by itself (contiguous): speed "
      "alone. "
      "Automatic is what the architecture is fastest with on a processor.")
        .choices({"automatic", "contiguous", "channels_last"})
        .advanced();
    p("clip_norm", clipNorm, "Gradients longer than this are shortened to it; 0 leaves them.")
        .range(0, 1e6)
        .live()
        .advanced();
    p("threads", threads, "Processor threads; automatic takes all cores. Equal runs need equal threads.")
        .range(1, 1024)
        .automatic(0)
        .advanced();
    p("checkpoint_every", checkpointEvery, "Steps between checkpoints; automatic writes ten in a run.")
        .range(1, 1e8)
        .automatic(0)
        .unit("steps")
        .advanced();
}

std::vector<std::string> Training::layerNames(const std::vector<std::string>& there) const
{
    if (layers == "all") return there;
    std::vector<std::string> names;
    std::istringstream in(layers);
    for (std::string name; std::getline(in, name, ',');) {
        const auto first = name.find_first_not_of(' '), last = name.find_last_not_of(' ');
        if (first != std::string::npos) names.push_back(name.substr(first, last - first + 1));
    }
    if (names.empty()) names.push_back(there.front());
    return names;
}

void Evaluation::params(Params& p)
{
    p("every", every, "Steps between probes; automatic makes ten in a run.").range(1, 1e8).automatic(0).unit("steps");
    p("patches", patches, "Patches of the probe set, from the test split: the dots of the embedding.")
        .range(10, 5000)
        .unit("patches");
    p("bank", bank, "Training patches that kNN and the linear probe learn from.").range(10, 100000).unit("patches");
    p("bank_from", bankFrom,
      "With training.subset: subset draws the bank from those places alone, so that a probe has no more labels than "
      "the "
      "run; all, from every training patch, so that runs are measured with the same labels.")
        .choices({"subset", "all"})
        .advanced();
    p("head_layers", headLayers,
      "Where features are read: 0 after the backbone, n after the n-th layer of the projector that stands on it, which "
      "objectives spoil (guillotine regularisation, Bordes et al. 2022).")
        .range(0, 3)
        .advanced();
    p("reconstructions", reconstructions,
      "Patches of the probe set that a masked objective paints at each look, to be seen.")
        .range(1, 1000)
        .unit("patches")
        .advanced();
    p("layout", layout, "How the embedding is laid out in the plane.").choices({"tsne", "pca"});
    p("perplexity", perplexity, "Neighbours that t-SNE weighs for each patch; automatic grows with their number.")
        .range(2, 500)
        .automatic(0)
        .advanced();
}

void Weights::params(Params& p)
{
    p("path", path, "The backbone's weights to begin from: a .safetensors file or a PyTorch .pth; empty: random ones.")
        .path();
    p("bands", bands,
      "Where the file's first convolution has other bands than the data: exact refuses; copy repeats them in turn and "
      "average gives each their mean, both times the file's bands over the data's, so that a constant image keeps the "
      "size of its response; zero gives them to red, green and blue (of three, where the data name these) or else to "
      "the first bands, and the others begin at zero.")
        .choices({"exact", "copy", "average", "zero"});
    p("network", network,
      "Whose backbone is taken of a file that has a teacher's too: the network's that learnt, or the teacher's; "
      "automatic: in a checkpoint of Revisit the one that its probes read, in another file the one that has most of "
      "the names.")
        .choices({"automatic", "network", "teacher"})
        .advanced();
}

void Weights::check() const
{
    std::error_code none;
    if (!path.empty() && !std::filesystem::is_regular_file(path, none))
        throw Error("weights.path: there is no file " + path, "weights.path");
}

std::int64_t Evaluation::interval(std::int64_t steps) const
{
    return every > 0 ? every : std::max<std::int64_t>(1, (steps + 9) / 10);
}

} // namespace revisit
