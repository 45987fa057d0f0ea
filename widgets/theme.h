// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>

/// Every colour and text size of the desktop, light or dark; sets the application's palette and style. One object,
/// owned by the application. Widgets read it when they paint and repaint on `changed` (a palette change repaints plain
/// widgets by itself).
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };
    enum class State { Information, Healthy, Caution, Problem };
    enum class Glyph {
        Information,
        Healthy,
        Caution,
        Problem,
        Play,
        Pause,
        Stop,
        Previous,
        Next,
        Close,
        Wait,
        Live,
        Held
    };
    struct Surfaces {
        QColor window, panel, line, text, quiet, accent, onAccent;
    };
    static constexpr int seriesCount = 7;

    /// The application's theme, made on first use; needs a QApplication.
    static Theme* instance();

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    bool isDark() const { return m_dark; }
    /// Nothing travels, everything jumps.
    bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);

    const Surfaces& surfaces() const { return surfaces(m_dark); }
    static const Surfaces& surfaces(bool dark);
    QColor state(State state) const { return stateColour(state, m_dark); }
    static QColor stateColour(State state, bool dark);
    /// Colour `index` (any number) of the series palette, at least 3:1 on a panel; the same index is the same hue in
    /// light and dark.
    QColor series(int index) const { return seriesColour(index, m_dark); }
    static QColor seriesColour(int index, bool dark);
    /// The index of a run everywhere and always: the one it was given, else one made of its id.
    static int seriesIndex(const QString& runId);
    static void giveSeriesIndex(const QString& runId, int index);

    /// Sequential map (cividis), t in 0..1.
    static QColor sequential(double t);
    /// Cyclic map of one lightness, t and t + 1 the same.
    static QColor cyclic(double t);

    /// Text sizes: body is the application's font; section is semibold; figure is for large live numbers.
    QFont section() const;
    QFont figure() const;

    /// A small picture in the colour given (by default text's), drawn at the size asked for.
    QIcon icon(Glyph glyph, QColor colour = {}) const;
    QIcon stateIcon(State of) const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    explicit Theme(QObject* parent);
    void apply();

    Mode m_mode = Mode::System;
    bool m_dark = false, m_reducedMotion = false, m_applying = false;
};
