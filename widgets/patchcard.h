// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runlog.h"

#include <QImage>
#include <QWidget>

/// One patch of the probe set: its picture at a whole multiple of its pixels, its class and its place. Keeps its size
/// when empty.
class PatchCard : public QWidget {
    Q_OBJECT
public:
    explicit PatchCard(QWidget* parent = nullptr);

    /// patch -1: says how to choose one.
    void setPatch(const PatchSet& patches, int patch, const QImage& picture);
    const QImage& picture() const { return m_picture; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_picture;
    QString m_class, m_place;
    bool m_empty = true;
};
