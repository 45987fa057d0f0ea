// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundelegate.h"
#include "labels.h"
#include "runmodel.h"
#include "theme.h"

#include <QPainter>

namespace {
constexpr int maxCharacters = 44, noteCharacters = 50, cellPadding = 8, indent = 16, maxIndents = 6;

int indentOf(const QModelIndex& index)
{
    return index.column() == RunModel::Name ? indent * std::min(maxIndents, index.data(RunModel::DepthRole).toInt())
                                            : 0;
}
} // namespace

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(28, option.fontMetrics.height() + 10));
    const int icon = option.fontMetrics.height();
    size.rwidth() += index.column() == RunModel::Name ? 2 * icon : index.column() == RunModel::State ? icon : 0;
    size.rwidth() += 2 * cellPadding + indentOf(index);
    if (index.column() == RunModel::State || index.column() == RunModel::Note) // a long text is for the tooltip
        size.setWidth(std::min(size.width(), maxCharacters * option.fontMetrics.averageCharWidth()));
    return size;
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    QStyleOptionViewItem padded = option;
    padded.rect.adjust(cellPadding + indentOf(index), 0, -cellPadding, 0);
    padded.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver | QStyle::State_HasFocus);
    QStyledItemDelegate::paint(painter, padded, index);
}

/// A note is written over the columns before it, where its own is narrow.
void RunDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                       const QModelIndex& index) const
{
    QStyledItemDelegate::updateEditorGeometry(editor, option, index);
    if (index.column() != RunModel::Note) return;
    QRect place = option.rect;
    place.setLeft(
        std::max(0, std::min(place.left(), place.right() - noteCharacters * option.fontMetrics.averageCharWidth())));
    editor->setGeometry(place);
    editor->setMinimumWidth(place.width());
}

void RunDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const Theme* theme = Theme::instance();
    const int side = option->fontMetrics.height() - 2;
    if (index.column() == RunModel::Name) {
        QPixmap dot(QSize(side, side) * option->widget->devicePixelRatioF());
        dot.setDevicePixelRatio(option->widget->devicePixelRatioF());
        dot.fill(Qt::transparent);
        QPainter painter(&dot);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(index.data(RunModel::ColourRole).value<QColor>());
        painter.drawEllipse(QRectF(side * 0.2, side * 0.2, side * 0.6, side * 0.6));
        option->icon = QIcon(dot);
        option->font.setBold(index.data(RunModel::StarRole).toBool());
        if (index.data(RunModel::StarRole).toBool()) option->text = QStringLiteral("★ ") + option->text;
        if (index.data(RunModel::DepthRole).toInt() > 0) option->text = QStringLiteral("↳ ") + option->text;
    } else if (index.column() == RunModel::State && !option->text.isEmpty()) {
        option->icon = runStateIcon(RunState(index.data(RunModel::StateRole).toInt()));
    } else if (index.column() == RunModel::Age || index.column() == RunModel::Note) {
        option->palette.setColor(QPalette::Text, theme->surfaces().quiet);
    } else {
        return;
    }
    option->decorationSize = QSize(side, side);
    if (!option->icon.isNull()) option->features |= QStyleOptionViewItem::HasDecoration;
}

void PlainHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const Theme::Surfaces& s = Theme::instance()->surfaces();
    painter->fillRect(rect, s.panel);
    painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, s.line);
    painter->setPen(s.quiet);
    const int alignment = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt();
    painter->drawText(rect.adjusted(cellPadding, 0, -cellPadding, 0), alignment,
                      model()->headerData(section, Qt::Horizontal).toString());
}

QSize PlainHeader::sectionSizeFromContents(int section) const
{
    const QString title = model()->headerData(section, Qt::Horizontal).toString();
    return {fontMetrics().horizontalAdvance(title) + 2 * cellPadding, fontMetrics().height() + 10};
}
