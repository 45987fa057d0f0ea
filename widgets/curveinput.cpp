// SPDX-License-Identifier: GPL-3.0-or-later
// What a hand does to a CurvePlot: keys, mouse, the context menu and what it exports.
#include "curveplot.h"

#include "curvelayers.h"
#include "curvetable.h"
#include "theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDialog>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QTableView>
#include <cmath>

namespace {
constexpr double clickPixels = 4, zoomStep = 1.25;
constexpr int pictureGap = 6;
} // namespace

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    const bool shift = event->modifiers() & Qt::ShiftModifier, alt = event->modifiers() & Qt::AltModifier;
    const auto window = m_group->visible();
    const double centre = std::isnan(m_group->cursor()) ? (window.from + window.to) / 2 : m_group->cursor();
    if (event->key() == Qt::Key_T && event->modifiers() & Qt::ControlModifier) return showTable();
    switch (event->key()) {
    case Qt::Key_Left: return alt ? m_group->previousZoom() : m_group->moveCursor(-1, shift);
    case Qt::Key_Right:
        if (alt) break;
        return m_group->moveCursor(1, shift);
    case Qt::Key_Home: return m_group->follow();
    case Qt::Key_Return:
    case Qt::Key_Enter: return m_group->togglePin();
    case Qt::Key_M: return m_group->toggleMark();
    case Qt::Key_Escape:
        if (std::isnan(m_group->cursor()) && std::isnan(m_group->pinned())) break;
        return m_group->clearCursors();
    case Qt::Key_Plus:
    case Qt::Key_Equal: return m_group->zoomAt(centre, 1 / zoomStep);
    case Qt::Key_Minus: return m_group->zoomAt(centre, zoomStep);
    default: break;
    }
    ChartWidget::keyPressEvent(event);
}

double CurvePlot::xAt(double pixel) const { return m_plot->xAxis->pixelToCoord(pixel); }

bool CurvePlot::eventFilter(QObject* watched, QEvent* event) { return watched == m_plot && mouse(event); }

bool CurvePlot::mouse(QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        auto* press = static_cast<QMouseEvent*>(event);
        setFocus(Qt::MouseFocusReason);
        if (press->button() == Qt::LeftButton) m_pressedAt = press->position().x();
        return true;
    }
    case QEvent::MouseMove: {
        const double x = static_cast<QMouseEvent*>(event)->position().x();
        m_group->setCursor(xAt(x));
        if (m_pressedAt >= 0 && std::abs(x - m_pressedAt) > clickPixels)
            m_layers->setSelection(xAt(m_pressedAt), xAt(x));
        return true;
    }
    case QEvent::MouseButtonRelease: {
        if (m_pressedAt < 0) return true;
        const double from = m_pressedAt, to = static_cast<QMouseEvent*>(event)->position().x();
        m_pressedAt = -1;
        m_layers->setSelection(0, 0);
        if (std::abs(to - from) > clickPixels)
            m_group->zoom({std::min(xAt(from), xAt(to)), std::max(xAt(from), xAt(to))});
        else
            m_group->togglePin();
        return true;
    }
    case QEvent::MouseButtonDblClick:
        m_pressedAt = -1;
        m_group->clearCursors(); // the first click has pinned one
        m_group->follow();
        return true;
    case QEvent::Wheel: {
        auto* wheel = static_cast<QWheelEvent*>(event);
        if (wheel->angleDelta().y() == 0) return false;
        m_group->zoomAt(xAt(wheel->position().x()), std::pow(zoomStep, -wheel->angleDelta().y() / 120.0));
        return true;
    }
    case QEvent::Leave:
        if (!hasFocus()) m_group->setCursor(qQNaN()); // else it is the keyboard's
        return false;
    default: return false;
    }
}

void CurvePlot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu;
    menu.addAction(tr("Show as a &table\tCtrl+T"), this, &CurvePlot::showTable);
    const auto copy = [this](QString (CurveTable::*text)() const) {
        return [this, text] { QGuiApplication::clipboard()->setText((CurveTable(*this).*text)()); };
    };
    QMenu* copied = menu.addMenu(tr("&Copy what is visible"));
    copied->addAction(tr("as &CSV"), this, copy(&CurveTable::csv));
    copied->addAction(tr("as a &Markdown table"), this, copy(&CurveTable::markdown));
    copied->addAction(tr("as a &LaTeX table"), this, copy(&CurveTable::latex));
    menu.addAction(tr("&Export the chart or its numbers…"), this, &CurvePlot::exportAs);
    menu.addAction(tr("&Mark this step, or take its mark away\tM"), m_group, &PlotGroup::toggleMark);
    menu.addSeparator();
    auto* follow = menu.addAction(tr("Show the &whole run and follow it\tHome"), m_group, &PlotGroup::follow);
    follow->setEnabled(!m_group->isFollowing());
    menu.addAction(tr("&Previous zoom\tAlt+Left"), m_group, &PlotGroup::previousZoom);
    menu.exec(event->globalPos());
}

void CurvePlot::showTable()
{
    delete m_table;
    auto* window = new QDialog(this);
    m_table = window;
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->setWindowTitle(tr("%1 as a table").arg(m_title));
    auto* view = new QTableView;
    view->setModel(new CurveTable(*this, view));
    view->setAccessibleName(window->windowTitle());
    view->setAlternatingRowColors(true);
    view->verticalHeader()->hide();
    view->resizeColumnsToContents();
    view->scrollToBottom();
    auto* layout = new QVBoxLayout(window);
    layout->addWidget(view);
    const QFontMetrics metrics = fontMetrics();
    window->resize(metrics.averageCharWidth() * 60, metrics.height() * 24);
    window->show();
}

void CurvePlot::exportAs()
{
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Export %1").arg(m_title), {},
        tr("Picture (*.png);;Drawing (*.svg);;Document (*.pdf);;Numbers of what is visible (*.csv)"));
    if (file.isEmpty() || exportTo(file)) return;
    QMessageBox::warning(
        this, tr("Not exported"),
        tr("%1 could not be written. Choose another folder, or an ending of .png, .svg, .pdf or .csv.").arg(file));
}

/// Two lines above the chart, title and runs, and one below, the axis.
QSize CurvePlot::pictureSize() const { return m_plot->size() + QSize(0, 3 * (fontMetrics().height() + pictureGap)); }

bool CurvePlot::paintPicture(QPaintDevice* device, double scale)
{
    QCPPainter painter;
    if (!painter.begin(device)) return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.scale(scale, scale);
    const auto& s = Theme::instance()->surfaces();
    const int line = fontMetrics().height() + pictureGap, width = m_plot->width();
    painter.fillRect(QRect({}, pictureSize()), s.panel);
    painter.setPen(s.text);
    painter.setFont(m_heading->font());
    painter.drawText(QRect(pictureGap, 0, width, line), Qt::AlignVCenter, m_title);
    painter.setFont(font());
    double x = pictureGap;
    const auto write = [&](const QString& text, const QColor& colour) {
        painter.setPen(colour);
        QRectF used;
        painter.drawText(QRectF(x, line, width, line), Qt::AlignVCenter, text, &used);
        x = used.right() + pictureGap;
    };
    for (const Curve& curve : m_curves) {
        write(QStringLiteral("●"), Theme::instance()->series(curve.series));
        write(curve.name, s.text);
    }
    if (!legend().isEmpty()) write(legend(), s.quiet);
    painter.setPen(s.quiet);
    painter.drawText(QRect(0, 2 * line + m_plot->height(), width, line), Qt::AlignCenter, axisWord(m_group->axis()));
    painter.translate(0, 2 * line);
    m_plot->toPainter(&painter, width, m_plot->height());
    return painter.end();
}

bool CurvePlot::exportTo(const QString& file)
{
    const QString suffix = QFileInfo(file).suffix().toLower();
    const QSize size = pictureSize();
    if (suffix == "png") {
        QImage image(2 * size, QImage::Format_RGB32);
        return paintPicture(&image, 2) && image.save(file);
    }
    if (suffix == "pdf") {
        QPdfWriter pdf(file);
        pdf.setTitle(m_title);
        pdf.setCreator(tr("Revisit"));
        pdf.setPageMargins({});
        pdf.setPageSize(QPageSize(QSizeF(size) * 72 / logicalDpiX(), QPageSize::Point));
        pdf.setResolution(logicalDpiX()); // a pixel stays a pixel
        return paintPicture(&pdf);
    }
    if (suffix == "svg") {
        QSvgGenerator svg;
        svg.setFileName(file);
        svg.setSize(size);
        svg.setViewBox(QRect({}, size));
        svg.setResolution(logicalDpiX());
        svg.setTitle(m_title);
        return paintPicture(&svg);
    }
    if (suffix != "csv") return false;
    QSaveFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(CurveTable(*this).csv().toUtf8()) >= 0 && out.commit();
}
