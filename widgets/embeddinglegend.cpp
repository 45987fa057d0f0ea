// SPDX-License-Identifier: GPL-3.0-or-later
#include "embeddinglegend.h"

#include "theme.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QVBoxLayout>
#include <functional>

namespace {
constexpr int pad = 4;
constexpr double dot = 9;

class Entry final : public QAbstractButton {
public:
    Entry(const PointGroup& group, std::function<void(bool)> activated, QWidget* parent)
        : QAbstractButton(parent),
          m_group(group),
          m_activated(std::move(activated)),
          m_count(QLocale().toString(group.count))
    {
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        setToolTip(tr("%1: click shows it alone, Ctrl+click hides it").arg(group.name));
        setShown(true);
        connect(this, &QAbstractButton::clicked, this,
                [this] { m_activated(QGuiApplication::keyboardModifiers() & Qt::ControlModifier); });
    }
    void setShown(bool shown)
    {
        m_shown = shown;
        setAccessibleName(shown ? tr("%1: %2", "class, number of patches").arg(m_group.name, m_count)
                                : tr("%1: %2, hidden", "class, number of patches").arg(m_group.name, m_count));
        update();
    }
    QSize sizeHint() const override
    {
        return {int(dot) + 4 * pad + fontMetrics().horizontalAdvance(m_group.name + m_count), fontMetrics().height()};
    }
    QSize minimumSizeHint() const override { return {fontMetrics().averageCharWidth() * 10, sizeHint().height()}; }

protected:
    void keyPressEvent(QKeyEvent* event) override
    {
        const bool now =
            event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (now && event->modifiers() & Qt::ControlModifier) return m_activated(true);
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return m_activated(false);
        QAbstractButton::keyPressEvent(event);
    }
    void paintEvent(QPaintEvent*) override
    {
        const auto& s = Theme::instance()->surfaces();
        QPainter painter(this);
        if (hasFocus() || underMouse()) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(hasFocus() ? QPen(s.accent, 1.5) : QPen(Qt::NoPen));
            painter.setBrush(underMouse() ? s.window : QColor(Qt::transparent));
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
        }
        painter.setOpacity(m_shown ? 1 : 0.35);
        const QPixmap picture = dotPixmap(dotStyle(m_group.style), dot, devicePixelRatioF());
        painter.drawPixmap(QPointF(pad - 1, (height() - dot - 2) / 2), picture);
        painter.setOpacity(1);
        painter.setPen(s.quiet);
        const int counted = fontMetrics().horizontalAdvance(m_count);
        painter.drawText(rect().adjusted(0, 0, -pad, 0), Qt::AlignRight | Qt::AlignVCenter, m_count);
        const int left = int(dot) + 3 * pad;
        const QString name = fontMetrics().elidedText(m_group.name, Qt::ElideRight, width() - left - counted - 2 * pad);
        QFont shown = font();
        shown.setStrikeOut(!m_shown);
        painter.setFont(shown);
        painter.setPen(m_shown ? s.text : s.quiet);
        painter.drawText(rect().adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
    }

private:
    PointGroup m_group;
    std::function<void(bool hide)> m_activated;
    QString m_count;
    bool m_shown = true;
};

class Bar final : public QWidget {
public:
    Bar(Colouring by, double least, double greatest, QWidget* parent)
        : QWidget(parent),
          m_by(by),
          m_least(least),
          m_greatest(greatest)
    {
        setFixedHeight(2 * fontMetrics().height() + 2 * pad);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const int high = fontMetrics().height();
        for (int x = 0; x < width(); ++x) {
            const double degrees = m_least + (m_greatest - m_least) * x / std::max(1, width() - 1);
            painter.fillRect(x, 0, 1, high / 2, dotStyle(m_by, degrees, m_least, m_greatest).colour);
        }
        painter.setPen(Theme::instance()->surfaces().quiet);
        const QRect texts = rect().adjusted(0, high / 2 + pad, 0, 0);
        const auto text = [this](double degrees) {
            const QString number = QLocale().toString(std::abs(degrees), 'f', 0);
            if (m_by == Colouring::Latitude) return degrees < 0 ? tr("%1° S").arg(number) : tr("%1° N").arg(number);
            return degrees < 0 ? tr("%1° W").arg(number) : tr("%1° E").arg(number);
        };
        painter.drawText(texts, Qt::AlignLeft | Qt::AlignTop, text(m_least));
        painter.drawText(texts, Qt::AlignRight | Qt::AlignTop, text(m_greatest));
    }

private:
    Colouring m_by;
    double m_least, m_greatest;
};
} // namespace

EmbeddingLegend::EmbeddingLegend(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->setAlignment(Qt::AlignTop);
    connect(Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void EmbeddingLegend::clear()
{
    for (QWidget* entry : m_entries) delete entry;
    m_entries.clear();
    m_hidden.clear();
}

void EmbeddingLegend::setGroups(const QVector<PointGroup>& groups)
{
    clear();
    for (int i = 0; i < groups.size(); ++i) {
        auto* entry = new Entry(
            groups[i], [this, i](bool hide) { hide ? toggle(i) : solo(i); }, this);
        m_layout->addWidget(entry);
        m_entries << entry;
    }
}

void EmbeddingLegend::setScale(Colouring by, double least, double greatest)
{
    clear();
    m_entries << new Bar(by, least, greatest, this);
    m_layout->addWidget(m_entries.last());
}

void EmbeddingLegend::solo(int group)
{
    QSet<int> others;
    for (int i = 0; i < m_entries.size(); ++i)
        if (i != group) others << i;
    apply(m_hidden == others ? QSet<int>() : others);
}

void EmbeddingLegend::toggle(int group)
{
    QSet<int> hidden = m_hidden;
    if (!hidden.remove(group)) hidden << group;
    apply(hidden);
}

void EmbeddingLegend::apply(const QSet<int>& hidden)
{
    m_hidden = hidden;
    for (int i = 0; i < m_entries.size(); ++i) static_cast<Entry*>(m_entries[i])->setShown(!hidden.contains(i));
    Q_EMIT hiddenChanged(hidden);
}
