// SPDX-License-Identifier: GPL-3.0-or-later
#include "icons.h"
#include "theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace {
class SvgIcon final : public QIconEngine {
public:
    explicit SvgIcon(const QString& name) : m_name(name) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const Theme::Surfaces& s = Theme::instance()->surfaces();
        const QColor colour = mode == QIcon::Disabled ? s.quiet : state == QIcon::On ? s.accent : s.text;
        QFile file(QStringLiteral(":/icons/%1.svg").arg(m_name));
        if (!file.open(QIODevice::ReadOnly)) return;
        QSvgRenderer renderer(file.readAll().replace("#000", colour.name().toLatin1()));
        renderer.render(painter, rect);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, pixmap.rect(), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return new SvgIcon(m_name); }

private:
    QString m_name;
};
} // namespace

// drawn in the colours of the moment, so that a repaint is all that a new theme needs
QIcon themedIcon(const QString& name) { return QIcon(new SvgIcon(name)); }
