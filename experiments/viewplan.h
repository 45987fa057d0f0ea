// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace revisit {

class Pack;

/// x' = xx x + xy y + x0, y' = yx x + yy y + y0, in pixels whose centres lie at .5.
struct Affine {
    double xx = 1, xy = 0, x0 = 0, yx = 0, yy = 1, y0 = 0;
    /// `second` first, then `first`.
    friend Affine operator*(const Affine& first, const Affine& second);
};

/// A map of a pixel's bands, y = A x + B m + o, where m is the mean of x over its view: all that gains, contrasts and
/// colour matrices are. Such maps compose exactly.
class BandMap {
public:
    /// The identity of n bands.
    explicit BandMap(std::int64_t n);
    /// y = gain x + offset, band by band.
    BandMap(const std::vector<double>& gain, const std::vector<double>& offset);

    std::int64_t size() const { return static_cast<std::int64_t>(m_offset.size()); }
    double& pixel(std::int64_t to, std::int64_t from) { return m_pixel[index(to, from)]; }
    double pixel(std::int64_t to, std::int64_t from) const { return m_pixel[index(to, from)]; }
    double& mean(std::int64_t to, std::int64_t from) { return m_mean[index(to, from)]; }
    double mean(std::int64_t to, std::int64_t from) const { return m_mean[index(to, from)]; }
    double& offset(std::int64_t to) { return m_offset[static_cast<std::size_t>(to)]; }
    double offset(std::int64_t to) const { return m_offset[static_cast<std::size_t>(to)]; }
    bool usesMean() const;
    /// This map, then `next`.
    BandMap then(const BandMap& next) const;

private:
    std::vector<double> m_pixel, m_mean, m_offset; // A and B row by row
    std::size_t index(std::int64_t to, std::int64_t from) const { return static_cast<std::size_t>(to * size() + from); }
};

/// A part of a patch, in its pixels.
struct Box {
    double x, y, width, height;
};

/// What one view of one sample goes through, as a chain states it; an executor applies it: warp, blur, bands, noise.
struct ViewPlan {
    Affine warp;                   ///< pixel of the view -> pixel of the patch; all warps of a chain compose into it
    double blurSigmaPx = 0;        ///< Gaussian, pixels of the view; its edges are mirrored without repeating them
    std::int64_t blurRadiusPx = 0; ///< where the Gaussian is cut off, 0 for no blur
    BandMap bands;                 ///< physical units; its mean is the view's before the blur
    double noise = 0;              ///< deviation of added Gaussian noise, in units of each band's deviation
    std::uint64_t noiseKey = 0;
    /// The part of the patch that a view of outputPx x outputPx shows.
    Box box(std::int64_t outputPx) const;
};

/// How one view of a patch is made: its side, 0 for the run's, and the shares of the patch's area that its crop may
/// take, 0 for the chain's own.
struct ViewKind {
    std::int64_t sidePx = 0;
    double minArea = 0, maxArea = 0;
};

/// What an augmentation may know of the data.
struct ViewContext {
    ViewContext(const Pack& pack, std::int64_t outputPx);
    /// The same for views of that kind.
    ViewContext as(const ViewKind& kind) const;
    std::int64_t bands, sourcePx, outputPx;
    double gsdM;
    std::vector<double> scale, offset;   ///< of each band: physical = sample * scale + offset
    std::vector<double> mean, deviation; ///< of each band, physical units; a constant band's deviation reads 1
    std::array<std::int64_t, 3> rgb;     ///< bands that are red, green and blue, or -1
    double minArea = 0, maxArea = 0;     ///< of a crop, instead of its own; maxArea 0: its own
    bool hasRgb() const { return rgb[0] >= 0 && rgb[1] >= 0 && rgb[2] >= 0; }
    /// The plan of the whole patch as it is.
    ViewPlan plain() const;
};

} // namespace revisit
