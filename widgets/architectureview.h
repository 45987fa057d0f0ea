// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"

#include <QImage>
#include <QJsonObject>
#include <QVector>

/// A sketch of what `network` answers: the image, each stage as a slab as high as its map and as thick as its channels,
/// what stands on the features, and the teacher under it. The stage under the pointer, or chosen with the arrow keys,
/// shows on the image how much of it one element has seen. Flows into as many lines as its width asks for.
class ArchitectureView : public ChartWidget {
    Q_OBJECT
public:
    struct Stage {
        QString what;
        int channels = 0, side = 0, receptive = 0;
    };
    explicit ArchitectureView(QWidget* parent = nullptr);

    /// An answer to `network`; empty clears it.
    void setNetwork(const QJsonObject& network);
    /// A picture of the data to draw receptive fields on; null: a plain square.
    void setPicture(const QImage& picture);
    const QVector<Stage>& stages() const { return m_stages; }
    /// The stage whose receptive field is shown, or -1.
    int current() const { return m_hovered >= 0 ? m_hovered : hasFocus() ? m_chosen : -1; }
    /// Where a stage is drawn, for the pointer.
    QRect stageRect(int stage) const;

    QString sentence() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// What people call a key of `network`'s `parameters`.
    static QString partName(const QString& part);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    struct Block {
        QString words; ///< under it, a line each
        int side = 1, channels = 1;
        int stage = -1; ///< of the backbone, or a part that stands on it
        QRect rect;     ///< its column: slab and words
    };
    QVector<Block> blocks() const;
    int columnWidth(const Block& block) const;
    int widthFrom(const QVector<Block>& blocks, qsizetype first) const;
    /// Gives every block its place; returns the height of all.
    int layOut(QVector<Block>& blocks, int width) const;
    QString teacherWords() const;
    void paintImage(QPainter& painter, const QRect& column) const;
    void paintSlab(QPainter& painter, const Block& block, bool marked) const;

    QJsonObject m_network;
    QVector<Stage> m_stages;
    QImage m_picture;
    int m_hovered = -1, m_chosen = 0;
};
