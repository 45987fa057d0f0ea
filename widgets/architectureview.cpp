// SPDX-License-Identifier: GPL-3.0-or-later
#include "architectureview.h"

#include "numbertext.h"
#include "runlog.h"
#include "theme.h"

#include <QJsonArray>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace {
constexpr int pad = 12, gap = 16, rowGap = 12, imageSide = 64, leastThickness = 5, mostThickness = 30;
constexpr double slant = 0.3; ///< of a slab's height: its far edge
constexpr double flatness = 0.6;
constexpr const char* onFeatures[] = {"head", "predictor", "prototypes", "decoder"};

QColor mixed(const QColor& a, const QColor& b, float share)
{
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * share, a.greenF() + (b.greenF() - a.greenF()) * share,
                            a.blueF() + (b.blueF() - a.blueF()) * share);
}

int longestWord(const QFontMetrics& metrics, const QString& text)
{
    int width = 0;
    for (const QString& word : text.split(QRegularExpression(QStringLiteral("[ \n]"))))
        width = std::max(width, metrics.horizontalAdvance(word));
    return width;
}
} // namespace

ArchitectureView::ArchitectureView(QWidget* parent) : ChartWidget(parent)
{
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ArchitectureView::setNetwork(const QJsonObject& network)
{
    if (network == m_network) return;
    m_network = network;
    m_stages.clear();
    for (const QJsonValue& entry : network["stages"].toArray()) {
        const QJsonObject stage = entry.toObject();
        m_stages << Stage{shownText(stage["what"].toString()), stage["channels"].toInt(), stage["side_px"].toInt(),
                          stage["receptive_px"].toInt()};
    }
    m_hovered = -1;
    m_chosen = std::clamp(m_chosen, 0, std::max(0, int(m_stages.size()) - 1));
    updateGeometry();
    update();
}

void ArchitectureView::setPicture(const QImage& picture)
{
    m_picture = picture;
    update();
}

QString ArchitectureView::partName(const QString& part)
{
    return part == "head"         ? tr("head")
           : part == "predictor"  ? tr("predictor")
           : part == "prototypes" ? tr("prototypes")
           : part == "decoder"    ? tr("decoder")
           : part == "backbone"   ? tr("backbone")
           : part == "teacher"    ? tr("teacher")
                                  : part;
}

QString ArchitectureView::sentence() const
{
    if (m_network.isEmpty()) return tr("Architecture: not known yet.");
    const QLocale locale;
    QStringList parts{tr("Architecture: an image of %1 x %1 pixels", "side").arg(m_network["input_px"].toInt())};
    for (const Stage& stage : m_stages)
        parts << tr("%1, %2 channels, map of %3 x %3, sees %4 pixels")
                     .arg(stage.what)
                     .arg(stage.channels)
                     .arg(stage.side)
                     .arg(stage.receptive);
    const QJsonObject parameters = m_network["parameters"].toObject();
    for (const char* part : onFeatures)
        if (parameters.contains(QLatin1String(part)))
            parts << tr("%1, %2 parameters")
                         .arg(partName(part), locale.toString(parameters[QLatin1String(part)].toInteger()));
    if (parameters.contains(QStringLiteral("teacher"))) parts << teacherWords();
    return parts.join(QStringLiteral("; ")) + u'.';
}

QString ArchitectureView::teacherWords() const
{
    const qint64 count = m_network["parameters"].toObject()["teacher"].toInteger();
    const QString words = tr("Teacher: a slow copy of these, %1 parameters").arg(shortNumber(double(count)));
    return m_network["evaluated"].toString() == "teacher" ? tr("%1; features are read from it").arg(words) : words;
}

QVector<ArchitectureView::Block> ArchitectureView::blocks() const
{
    QVector<Block> all;
    const auto lines = [](QStringList texts) { // a number stays with its unit
        for (QString& text : texts) text.replace(u' ', QChar(QChar::Nbsp));
        return texts.join(u'\n');
    };
    const int input = m_network["input_px"].toInt();
    all << Block{lines({tr("image"), tr("%n band(s)", nullptr, m_network["bands"].toInt()), tr("%1 px").arg(input)}),
                 input,
                 1,
                 -1,
                 {}};
    for (int i = 0; i < m_stages.size(); ++i) {
        const Stage& stage = m_stages[i];
        QStringList facts{tr("%1 channels").arg(stage.channels)};
        if (stage.side > 1) facts << tr("%1 px").arg(stage.side);
        facts << (stage.receptive >= input ? tr("sees all") : tr("sees %1 px").arg(stage.receptive));
        all << Block{stage.what + u'\n' + lines(facts), stage.side, stage.channels, i, {}};
    }
    const QJsonObject parameters = m_network["parameters"].toObject();
    for (const char* part : onFeatures) {
        const qint64 count = parameters[QLatin1String(part)].toInteger();
        if (count > 0)
            all << Block{lines({partName(part), shortNumber(double(count)), tr("parameters")}), 0, 0, -1, {}};
    }
    return all;
}

int ArchitectureView::columnWidth(const Block& block) const
{
    const int picture = block.side == 0 ? 30 : block.stage < 0 ? imageSide : int(mostThickness + slant * imageSide);
    return std::max(picture, longestWord(fontMetrics(), block.words));
}

int ArchitectureView::widthFrom(const QVector<Block>& blocks, qsizetype first) const
{
    int width = -gap;
    for (qsizetype i = first; i < blocks.size(); ++i) width += columnWidth(blocks[i]) + gap;
    return width;
}

int ArchitectureView::layOut(QVector<Block>& blocks, int width) const
{
    const int line = fontMetrics().height();
    int top = pad;
    for (qsizetype first = 0; first < blocks.size();) {
        int x = pad, lines = 1;
        qsizetype next = first;
        while (next < blocks.size()) {
            const int column = columnWidth(blocks[next]);
            // what stands on the features stays together
            const bool firstPart = blocks[next].side == 0 && blocks[next - 1].side > 0;
            if (next > first && x + (firstPart ? widthFrom(blocks, next) : column) > width - pad) break;
            const QRect words = fontMetrics().boundingRect(QRect(0, 0, column, 10000),
                                                           Qt::TextWordWrap | Qt::AlignHCenter, blocks[next].words);
            lines = std::max(lines, (words.height() + line - 1) / line);
            blocks[next++].rect = QRect(x, top, column, 0);
            x += column + gap;
        }
        for (qsizetype i = first; i < next; ++i) blocks[i].rect.setHeight(imageSide + 6 + lines * line);
        top += imageSide + 6 + lines * line + rowGap;
        first = next;
    }
    if (m_network["parameters"].toObject().contains(QStringLiteral("teacher"))) {
        const QRect words =
            fontMetrics().boundingRect(QRect(0, 0, width - 4 * pad, 10000), Qt::TextWordWrap, teacherWords());
        top += words.height() + 12 + rowGap;
    }
    return top - rowGap + pad;
}

int ArchitectureView::heightForWidth(int width) const
{
    if (m_network.isEmpty()) return 2 * pad + fontMetrics().height();
    QVector<Block> all = blocks();
    return layOut(all, width);
}

QSize ArchitectureView::sizeHint() const { return {480, heightForWidth(480)}; }
QSize ArchitectureView::minimumSizeHint() const { return {240, 2 * pad + fontMetrics().height()}; }

QRect ArchitectureView::stageRect(int stage) const
{
    QVector<Block> all = blocks();
    layOut(all, width());
    for (const Block& block : all)
        if (block.stage == stage) return block.rect;
    return {};
}

void ArchitectureView::paintImage(QPainter& painter, const QRect& column) const
{
    const auto& s = Theme::instance()->surfaces();
    const QRect image(column.center().x() - imageSide / 2, column.top(), imageSide, imageSide);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    if (m_picture.isNull())
        painter.fillRect(image, mixed(s.panel, s.line, 0.6F));
    else
        painter.drawImage(image, m_picture);
    painter.setPen(s.line);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(image);
    if (current() < 0 || current() >= m_stages.size()) return;
    const int input = std::max(1, m_network["input_px"].toInt());
    const double side = imageSide * std::min(1.0, m_stages[current()].receptive / double(input));
    const QRectF seen(image.center().x() + 1 - side / 2, image.center().y() + 1 - side / 2, side, side);
    QPainterPath unseen;
    unseen.addRect(image);
    unseen.addRect(seen);
    painter.fillPath(unseen, QColor(0, 0, 0, 120));
    painter.setPen(QPen(Qt::white, 2));
    painter.drawRect(seen.adjusted(1, 1, -1, -1));
}

void ArchitectureView::paintSlab(QPainter& painter, const Block& block, bool marked) const
{
    const auto& s = Theme::instance()->surfaces();
    const QRect box(block.rect.left(), block.rect.top(), block.rect.width(), imageSide);
    painter.setPen(QPen(marked ? s.text : mixed(s.accent, s.text, 0.25F), marked ? 2 : 1));
    if (block.side == 0) { // a part that stands on the features: no map any more
        const QColor own = Theme::instance()->state(Theme::State::Information);
        painter.setPen(own);
        painter.setBrush(mixed(s.panel, own, 0.2F));
        painter.drawRoundedRect(QRectF(box.center().x() - 14.5, box.center().y() - 15.5, 30, 32), 4, 4);
        return;
    }
    const int input = std::max(1, m_network["input_px"].toInt());
    // a power, or every deep map would be a hair's breadth
    const double high = imageSide / (1 + slant) * std::pow(block.side / double(input), flatness);
    const double share = std::log2(std::max(1, block.channels)) / 11; // 2,048 channels are the thickest
    const double thick = leastThickness + std::min(1.0, share * share) * (mostThickness - leastThickness);
    const double far = slant * high;
    const double left = box.center().x() - (thick + far) / 2, bottom = box.center().y() + (high + far) / 2;
    const QPointF a(left, bottom), b(left, bottom - high), c(left + far, bottom - high - far), d(a.x() + thick, a.y());
    const QPointF along(thick, 0), away(far, -far);
    painter.setBrush(mixed(s.panel, s.accent, 0.55F)); // the map that the next stage looks at
    painter.drawPolygon(QPolygonF{d, d + (b - a), d + (b - a) + away, d + away});
    painter.setBrush(mixed(s.panel, s.accent, 0.2F));
    painter.drawPolygon(QPolygonF{b, c, c + along, b + along});
    painter.setBrush(mixed(s.panel, s.accent, 0.35F));
    painter.drawPolygon(QPolygonF{a, b, b + along, d});
}

void ArchitectureView::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    const auto& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_network.isEmpty()) {
        painter.setPen(s.quiet);
        painter.drawText(rect().adjusted(pad, 0, -pad, 0), Qt::AlignVCenter | Qt::AlignLeft, tr("No sketch yet."));
        return;
    }
    QVector<Block> all = blocks();
    layOut(all, width());
    for (qsizetype i = 0; i < all.size(); ++i) {
        const Block& block = all[i];
        const bool marked = block.stage >= 0 && block.stage == current();
        if (i == 0)
            paintImage(painter, block.rect);
        else
            paintSlab(painter, block, marked);
        painter.setPen(s.text);
        const QRect words = block.rect.adjusted(0, imageSide + 6, 0, 0);
        painter.drawText(words, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, block.words);
        if (marked) {
            painter.setPen(QPen(s.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(block.rect).adjusted(-4, -4, 4, 4), 4, 4);
        }
        if (i + 1 == all.size()) continue;
        const double x = block.rect.right() + gap / 2.0, y = block.rect.top() + imageSide / 2.0;
        painter.setPen(QPen(s.quiet, 1.5));
        painter.drawPolyline(QPolygonF{{x - 2, y - 4}, {x + 2, y}, {x - 2, y + 4}});
    }
    if (!m_network["parameters"].toObject().contains(QStringLiteral("teacher"))) return;
    const QRectF band(pad + 0.5, all.last().rect.bottom() + rowGap + 0.5, width() - 2 * pad - 1,
                      height() - all.last().rect.bottom() - rowGap - pad);
    painter.setPen(QPen(s.quiet, 1, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(band, 4, 4);
    painter.setPen(s.text);
    painter.drawText(band.adjusted(pad, 0, -pad, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap,
                     teacherWords());
}

void ArchitectureView::mouseMoveEvent(QMouseEvent* event)
{
    QVector<Block> all = blocks();
    layOut(all, width());
    int hovered = -1;
    for (const Block& block : all)
        if (block.rect.adjusted(-gap / 2, -4, gap / 2, 4).contains(event->pos())) hovered = block.stage;
    if (hovered == m_hovered) return;
    m_hovered = hovered;
    update();
}

void ArchitectureView::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void ArchitectureView::keyPressEvent(QKeyEvent* event)
{
    const int by = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (!by || m_stages.isEmpty()) return ChartWidget::keyPressEvent(event);
    m_chosen = std::clamp(m_chosen + by, 0, int(m_stages.size()) - 1);
    update();
}

void ArchitectureView::focusInEvent(QFocusEvent* event)
{
    m_hovered = -1;
    ChartWidget::focusInEvent(event);
}
