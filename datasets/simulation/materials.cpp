// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/materials.h"

namespace revisit::simulation {

namespace {

// Rounded at the band centres of Sentinel-2 from what is published of such surfaces: canopies after PROSAIL runs with
// usual parameters (Jacquemoud et al. 2009) and Sentinel-2 time series of crops and forests; soils, rocks, roofs and
// roads after the USGS (Kokaly et al. 2017) and ECOSTRESS (Meerdink et al. 2019) libraries; waters after Hydrolight
// examples (Mobley 1994); snow after Warren (1982). In the order of Pure.
constexpr Spectrum kPure[] = {
    //  B01   B02   B03   B04   B05   B06   B07   B08   B8A   B09   B11   B12
    {.022f, .028f, .058f, .030f, .100f, .310f, .410f, .435f, .455f, .460f, .205f, .095f}, // CropCanopy
    {.028f, .036f, .072f, .046f, .118f, .270f, .325f, .350f, .370f, .380f, .225f, .120f}, // GrassCanopy
    {.019f, .024f, .047f, .026f, .080f, .245f, .315f, .335f, .355f, .360f, .170f, .078f}, // BroadleafCanopy
    {.016f, .019f, .032f, .021f, .050f, .140f, .175f, .190f, .205f, .212f, .098f, .045f}, // ConiferCanopy
    {.019f, .023f, .043f, .025f, .072f, .195f, .240f, .255f, .272f, .278f, .140f, .062f}, // EvergreenCanopy
    {.032f, .040f, .064f, .056f, .098f, .175f, .205f, .220f, .235f, .245f, .190f, .118f}, // ShrubCanopy
    {.035f, .048f, .135f, .110f, .170f, .330f, .400f, .420f, .440f, .445f, .225f, .115f}, // RapeFlower
    {.028f, .035f, .070f, .100f, .160f, .235f, .265f, .280f, .300f, .310f, .220f, .125f}, // AutumnLeaf
    {.032f, .040f, .055f, .065f, .085f, .120f, .140f, .155f, .175f, .185f, .205f, .130f}, // BareTrees
    {.065f, .090f, .140f, .190f, .225f, .255f, .280f, .305f, .330f, .345f, .370f, .270f}, // Straw
    {.055f, .075f, .115f, .150f, .185f, .215f, .235f, .255f, .275f, .290f, .340f, .240f}, // DryGrass
    {.060f, .072f, .098f, .115f, .130f, .140f, .145f, .150f, .155f, .155f, .110f, .075f}, // WetMud
    {.100f, .115f, .135f, .150f, .160f, .170f, .178f, .185f, .190f, .193f, .225f, .205f}, // Rock
    {.072f, .082f, .096f, .106f, .112f, .118f, .122f, .128f, .132f, .134f, .150f, .140f}, // Asphalt
    {.150f, .178f, .215f, .240f, .252f, .262f, .270f, .282f, .290f, .292f, .325f, .300f}, // Concrete
    {.062f, .075f, .108f, .190f, .218f, .238f, .252f, .265f, .275f, .278f, .335f, .300f}, // ClayTile
    {.120f, .138f, .155f, .165f, .170f, .175f, .178f, .182f, .186f, .188f, .210f, .195f}, // GreyRoof
    {.310f, .345f, .380f, .400f, .410f, .415f, .418f, .420f, .418f, .410f, .400f, .360f}, // WhiteRoof
    {.130f, .175f, .175f, .145f, .155f, .185f, .210f, .225f, .235f, .235f, .255f, .225f}, // BlueRoof
    {.055f, .060f, .066f, .070f, .074f, .078f, .082f, .086f, .090f, .092f, .115f, .110f}, // DarkRoof
    {.110f, .135f, .180f, .215f, .232f, .245f, .258f, .270f, .280f, .285f, .340f, .300f}, // GravelTrack
    {.130f, .150f, .178f, .200f, .210f, .220f, .228f, .236f, .242f, .244f, .285f, .265f}, // Rubble
    {.022f, .027f, .020f, .008f, .006f, .004f, .003f, .003f, .002f, .002f, .001f, .001f}, // ClearWater
    {.085f, .120f, .140f, .070f, .045f, .018f, .014f, .012f, .008f, .006f, .003f, .002f}, // ShallowWater
    {.070f, .085f, .125f, .130f, .115f, .060f, .055f, .050f, .035f, .028f, .008f, .006f}, // TurbidWater
    {.028f, .034f, .060f, .030f, .040f, .020f, .018f, .014f, .010f, .008f, .004f, .003f}, // GreenWater
    {.260f, .280f, .290f, .270f, .240f, .200f, .190f, .180f, .150f, .120f, .030f, .020f}, // Surf
    {.960f, .955f, .945f, .930f, .925f, .890f, .840f, .800f, .780f, .750f, .070f, .055f}, // Snow
    {.780f, .790f, .780f, .760f, .740f, .690f, .630f, .590f, .570f, .540f, .040f, .030f}, // OldSnow
    {.640f, .640f, .640f, .650f, .660f, .665f, .670f, .675f, .680f, .670f, .500f, .380f}, // Cloud
};
static_assert(std::size(kPure) == static_cast<std::size_t>(Pure::Count));

// In the order of Soil.
constexpr Spectrum kSoil[] = {
    {.055f, .070f, .100f, .138f, .160f, .180f, .196f, .215f, .232f, .240f, .305f, .255f}, // Loam
    {.036f, .043f, .056f, .074f, .088f, .100f, .110f, .124f, .138f, .145f, .210f, .190f}, // Chernozem
    {.058f, .072f, .096f, .125f, .143f, .160f, .174f, .190f, .205f, .213f, .275f, .235f}, // Podzol
    {.042f, .060f, .098f, .165f, .195f, .218f, .234f, .252f, .262f, .268f, .360f, .300f}, // Terra
    {.038f, .050f, .078f, .150f, .180f, .198f, .208f, .226f, .236f, .244f, .330f, .280f}, // Ferralsol
    {.115f, .150f, .200f, .250f, .272f, .290f, .305f, .322f, .335f, .340f, .410f, .360f}, // Calcareous
    {.080f, .105f, .148f, .192f, .215f, .235f, .250f, .268f, .283f, .290f, .360f, .305f}, // Loess
    {.135f, .175f, .255f, .345f, .380f, .400f, .415f, .430f, .440f, .450f, .550f, .510f}, // Sand
    {.130f, .152f, .192f, .228f, .245f, .258f, .268f, .280f, .287f, .292f, .350f, .320f}, // Gravel
};

} // namespace

const Spectrum& spectrum(Pure material) { return kPure[static_cast<std::size_t>(material)]; }
const Spectrum& spectrum(Soil soil) { return kSoil[static_cast<std::size_t>(soil)]; }

} // namespace revisit::simulation
