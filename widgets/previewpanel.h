// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "runlog.h"

#include <QImage>

class QLabel;
class QSlider;
class QToolButton;

/// The pictures of one `preview`, a row each kind, at whole multiples of their pixels.
class PreviewView : public ChartWidget {
    Q_OBJECT
public:
    explicit PreviewView(QWidget* parent = nullptr);
    /// Reads them from the run's directory; what cannot be read becomes a sentence.
    void setPreview(const Preview& preview, const QString& directory);
    /// Why there are no pictures; empty where they are shown.
    QString message() const { return m_message; }
    QImage picture(int row, int patch) const;
    /// What people call a row.
    static QString rowName(const QString& row);

    QString sentence() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// By the arrow keys: a step earlier or later.
    void stepped(int by);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// Rows beside each other, and how many times its pixels a picture is shown: a whole number, or a half where there
    /// is no room.
    struct Grid {
        int columns = 1, cell = 0;
        QVector<int> names; ///< height of what stands over each line
        double multiple = 0.5;
    };
    Grid grid(int columns) const;

    Preview m_preview;
    QByteArray m_pixels;
    QString m_message;
};

/// What a masked objective sees and paints, at the newest step, or at an earlier one chosen with the slider.
class PreviewPanel : public QWidget {
    Q_OBJECT
public:
    explicit PreviewPanel(QWidget* parent = nullptr);
    /// Another run.
    void clear();
    void refresh(const RunLog& log, const QString& directory);
    /// The newest previews at or before this step, else the first.
    void showStep(qint64 step);
    PreviewView* view() const { return m_view; }

Q_SIGNALS:
    /// A person chose the previews of this step.
    void stepChosen(qint64 step);

private:
    void showPreview();
    void move(int by);
    void restyle();

    QVector<Preview> m_previews;
    QString m_directory;
    PreviewView* m_view;
    QLabel* m_step;
    QSlider* m_slider;
    QToolButton *m_back, *m_forward;
};
