// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "patchtable.h"

#include <QAbstractScrollArea>

class PatchSelection;
class TileStore;

/// Tiles beside each other, of which only those in sight are asked for and painted. Arrow keys go from one to the next,
/// with Shift they choose a row of them; Space shows a tile large, Return chooses it, B shows other bands, + and −
/// change the size.
class TileGrid : public QAbstractScrollArea {
    Q_OBJECT
public:
    TileGrid(TileStore* store, PatchSelection* selection, QWidget* parent = nullptr);
    /// The table is the caller's and stays until the next; nothing of it is shown yet.
    void setTable(const PatchTable* table);
    /// Patches of it, in the order of the grid.
    void setShown(const QVector<int>& shown);
    const QVector<int>& shown() const { return m_shown; }
    /// The patch at hand, or -1.
    int current() const;
    /// Goes to a patch that is shown.
    void setCurrent(int patch);
    /// Tiles that the last painting drew, pictures or not.
    int painted() const { return m_painted; }
    int columns() const;
    /// Where a patch is drawn in the viewport, empty when it is not shown.
    QRect rectOf(int patch) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentChanged(int patch);
    void openAsked(int patch);
    /// The next composite of bands (1), or the one before (-1).
    void bandsAsked(int by);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    int pictureSide() const;
    int multiple() const;
    int side() const;
    int pitch() const;
    QRect cell(int position) const;
    /// Position of the tile at a place of the viewport, or -1.
    int positionAt(QPoint place) const;
    /// First and one past the last position in sight.
    std::pair<int, int> inSight() const;
    void go(int position, Qt::KeyboardModifiers modifiers);
    void choose(int from, int to, bool more);
    void fit();
    void wantTiles();
    void speak();
    void zoom(int by);

    TileStore* m_store;
    PatchSelection* m_selection;
    const PatchTable* m_table = nullptr;
    QVector<int> m_shown;
    int m_at = -1, m_anchor = -1; ///< positions in m_shown
    int m_multiple = 0;           ///< that a person chose; 0: by the tiles' size
    int m_painted = 0;
};
