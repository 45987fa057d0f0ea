// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "patchtable.h"
#include "tilestore.h"

#include <QDialog>
#include <QImage>

class QLabel;

/// One tile, large: its picture at a whole multiple of its pixels with a scale bar, and what is known of it. Space and
/// Esc close it, arrow keys ask for the next, B for other bands.
class TileLens : public QDialog {
    Q_OBJECT
public:
    explicit TileLens(Target* target, QWidget* parent = nullptr);
    void show(const PatchTable& table, int patch, const QJsonObject& config, const TileLook& look,
              const QString& bands);
    int patch() const { return m_patch; }
    bool hasPicture() const { return !m_picture.isNull(); }

Q_SIGNALS:
    void stepAsked(int by);
    void bandsAsked(int by);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void paint();
    Target* m_target;
    QLabel *m_image, *m_title, *m_facts;
    QImage m_picture;
    int m_patch = -1;
    double m_gsdM = 0;
};
