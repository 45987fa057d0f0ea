// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include "flatstyle.h"
#include "glyphs.h"

#include <QApplication>
#include <QCryptographicHash>
#include <QEvent>
#include <QHash>
#include <QStyle>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace {
QHash<QString, int>& givenIndices()
{
    static QHash<QString, int> given;
    return given;
}

QPalette paletteOf(const Theme::Surfaces& s)
{
    QPalette palette;
    palette.setColor(QPalette::Window, s.window);
    palette.setColor(QPalette::WindowText, s.text);
    palette.setColor(QPalette::Base, s.panel);
    palette.setColor(QPalette::AlternateBase, s.window);
    palette.setColor(QPalette::Text, s.text);
    palette.setColor(QPalette::PlaceholderText, s.quiet);
    palette.setColor(QPalette::Button, s.panel);
    palette.setColor(QPalette::ButtonText, s.text);
    palette.setColor(QPalette::BrightText, s.onAccent);
    palette.setColor(QPalette::ToolTipBase, s.panel);
    palette.setColor(QPalette::ToolTipText, s.text);
    palette.setColor(QPalette::Highlight, s.accent);
    palette.setColor(QPalette::HighlightedText, s.onAccent);
    palette.setColor(QPalette::Link, s.accent);
    palette.setColor(QPalette::LinkVisited, s.accent);
    palette.setColor(QPalette::Light, s.panel);
    palette.setColor(QPalette::Midlight, s.window);
    palette.setColor(QPalette::Mid, s.line);
    palette.setColor(QPalette::Dark, s.line);
    palette.setColor(QPalette::Shadow, s.line);
    QColor faint = s.quiet;
    faint.setAlphaF(0.6f);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, s.line);
    return palette;
}

QFont scaled(QFont font, double factor)
{
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    else
        font.setPixelSize(int(std::lround(font.pixelSize() * factor)));
    return font;
}

/// Björn Ottosson's Oklab (2020), from lightness, chroma and hue in turns.
QColor fromOklch(double lightness, double chroma, double hue)
{
    const double a = chroma * std::cos(2 * std::numbers::pi * hue), b = chroma * std::sin(2 * std::numbers::pi * hue);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    const auto encode = [](double linear) {
        const double value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
        return float(std::clamp(value, 0.0, 1.0));
    };
    return QColor::fromRgbF(encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                            encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                            encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
}
} // namespace

Theme* Theme::instance()
{
    static const QString name = QStringLiteral("revisit-theme");
    if (auto* theme = qApp->findChild<Theme*>(name, Qt::FindDirectChildrenOnly)) return theme;
    auto* theme = new Theme(qApp);
    theme->setObjectName(name);
    return theme;
}

Theme::Theme(QObject* parent) : QObject(parent)
{
    QApplication::setStyle(new FlatStyle);
    apply();
    qApp->installEventFilter(this);
}

void Theme::setMode(Mode mode)
{
    m_mode = mode;
    apply();
}

void Theme::setReducedMotion(bool reduced)
{
    m_reducedMotion = reduced;
    Q_EMIT changed();
}

void Theme::apply()
{
    m_applying = true;
    QApplication::setPalette(QPalette()); // back to the system's, to see whether that is dark
    m_dark = m_mode == Mode::Dark || (m_mode == Mode::System && qApp->palette().window().color().lightness() < 128);
    QApplication::setPalette(paletteOf(surfaces()));
    m_applying = false;
    Q_EMIT changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == qApp && !m_applying) {
        if (event->type() == QEvent::ThemeChange) apply();
        if (event->type() == QEvent::ApplicationFontChange) Q_EMIT changed();
    }
    return false;
}

const Theme::Surfaces& Theme::surfaces(bool dark)
{
    static const Surfaces light{0xF7F8F7, 0xFFFFFF, 0xD9DEDB, 0x1B2420, 0x5C6963, 0x0F7B5F, 0xFFFFFF};
    static const Surfaces night{0x141917, 0x1C2320, 0x303935, 0xE6ECE8, 0x98A59F, 0x3FBF95, 0x10201A};
    return dark ? night : light;
}

QColor Theme::stateColour(State state, bool dark)
{
    static constexpr std::array<QRgb, 4> colours{0x2F6DB5, 0x2E7D4F, 0xB26A00, 0xB3261E};
    const QColor colour(colours[size_t(state)]);
    return dark ? colour.lighter(125) : colour;
}

QColor Theme::seriesColour(int index, bool dark)
{
    // Okabe & Ito without yellow; darkened or lightened where 3:1 on a panel, or their distance under simulated
    // colour-vision deficiencies, asks for it (tst_theme)
    static constexpr std::array<QRgb, seriesCount> light{0x0072B2, 0xC05500, 0x008E68, 0xCC79A7,
                                                         0x4999C6, 0x6E4986, 0xC48700};
    static constexpr std::array<QRgb, seriesCount> night{0x0072B2, 0xD55E00, 0x009E73, 0xD694B9,
                                                         0x56B4E9, 0x9B7CB0, 0xE69F00};
    const auto at = size_t(((index % seriesCount) + seriesCount) % seriesCount);
    return QColor(dark ? night[at] : light[at]);
}

int Theme::seriesIndex(const QString& runId)
{
    if (const auto given = givenIndices().constFind(runId); given != givenIndices().constEnd()) return *given;
    const QByteArray hash = QCryptographicHash::hash(runId.toUtf8(), QCryptographicHash::Sha1);
    return uchar(hash[0]) % seriesCount;
}

void Theme::giveSeriesIndex(const QString& runId, int index) { givenIndices()[runId] = index; }

QColor Theme::sequential(double t)
{
    static constexpr std::array<QRgb, 10> cividis{0x00204D, 0x00336F, 0x39486B, 0x575C6D, 0x707173,
                                                  0x8A8779, 0xA69D75, 0xC4B56C, 0xE4CF5B, 0xFFEA46};
    const double at = std::clamp(t, 0.0, 1.0) * (cividis.size() - 1);
    const size_t low = std::min<size_t>(size_t(at), cividis.size() - 2);
    const QColor a(cividis[low]), b(cividis[low + 1]);
    const float share = float(at - double(low));
    const auto mix = [share](float from, float to) { return from + share * (to - from); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

QColor Theme::cyclic(double t) { return fromOklch(0.65, 0.12, t); }

QFont Theme::section() const
{
    QFont font = scaled(QApplication::font(), 1.15);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont Theme::figure() const { return scaled(QApplication::font(), 1.8); }

QIcon Theme::icon(Glyph glyph, QColor colour) const
{
    return glyphIcon(glyph, colour.isValid() ? colour : surfaces().text, surfaces().quiet);
}

QIcon Theme::stateIcon(State of) const
{
    static constexpr std::array<Glyph, 4> glyphs{Glyph::Information, Glyph::Healthy, Glyph::Caution, Glyph::Problem};
    return icon(glyphs[size_t(of)], state(of));
}
