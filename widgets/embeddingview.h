// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "lasso.h"
#include "pointgroups.h"

#include <QPointer>
#include <QSet>
#include <QVariantAnimation>

class PatchSelection;

/// The points of one embedding as dots. Points are patches of the probe set and keep their index and their colour
/// whatever is hidden or shown; from one layout to the next they travel. With a selection, a click or a line drawn
/// around dots chooses them (Shift adds), as does Return.
class EmbeddingView : public ChartWidget {
    Q_OBJECT
public:
    explicit EmbeddingView(QWidget* parent = nullptr);

    /// What chosen patches are shared with.
    void setSelection(PatchSelection* selection);
    /// The same patches as before change nothing, nor does the layout that is shown already.
    void setPatches(const PatchSet& patches);
    /// A layout with one point per patch; an empty one shows nothing.
    void setLayout(const Layout& layout);
    void setColouring(Colouring by);
    /// Groups (of groups()) whose points are not drawn and cannot be reached.
    void setHidden(const QSet<int>& groups);
    /// The patch that is drawn on top, enlarged; -1 for none.
    void setHovered(int patch);

    const PointGroups& groups() const { return m_groups; }
    Colouring colouring() const { return m_by; }
    /// Degrees from the first to the last colour, of longitudes and latitudes.
    std::pair<double, double> scale() const;
    int hoveredPatch() const { return m_hovered; }
    bool isShown(int patch) const;
    /// The shown patch nearest to a place in the widget, -1 if none is within `reach` pixels.
    int patchAt(QPointF place, double reach) const;
    /// Where a patch is drawn, in the widget.
    QPointF placeOf(int patch) const;
    /// What colour and shape a patch has.
    DotStyle styleOf(int patch) const;
    /// "forest, 48.1° N, 11.6° E" or what is known of it.
    QString describe(int patch) const;
    QString sentence() const override;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void hovered(int patch);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeDots();
    bool isSelected(int patch) const;
    void paintSelected(QPainter& painter) const;
    void moveHover(QPointF direction);

    PatchSet m_patches;
    PointGroups m_groups;
    Colouring m_by = Colouring::Class;
    QSet<int> m_hidden;
    qint64 m_step = -1;
    QVector<QPointF> m_shown;             ///< the layout as it was given
    QVector<QPointF> m_from, m_to, m_now; ///< in -1..1
    QVariantAnimation m_travel;
    QVector<DotStyle> m_styles;
    QVector<QPixmap> m_dots;
    QVector<int> m_dotOf; ///< by patch, into m_dots
    double m_dotsRatio = 0, m_south = -90, m_north = 90;
    int m_hovered = -1;
    QPointer<PatchSelection> m_selection;
    Lasso m_lasso;
};
