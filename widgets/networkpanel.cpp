// SPDX-License-Identifier: GPL-3.0-or-later
#include "networkpanel.h"

#include "architectureview.h"
#include "disclosure.h"
#include "labels.h"
#include "numbertext.h"
#include "target.h"

#include <QHeaderView>
#include <QJsonArray>
#include <QLocale>
#include <QTableWidget>
#include <QVBoxLayout>
#include <cmath>

namespace {
QString groupName(const QString& what)
{
    return what == "weights"          ? NetworkPanel::tr("weights")
           : what == "biases"         ? NetworkPanel::tr("biases")
           : what == "norms"          ? NetworkPanel::tr("norms")
           : what == "response norms" ? NetworkPanel::tr("response norms")
           : what == "tokens"         ? NetworkPanel::tr("tokens")
           : what == "positions"      ? NetworkPanel::tr("positions")
                                      : what;
}

QString yesOrNo(bool yes) { return yes ? NetworkPanel::tr("yes") : NetworkPanel::tr("no"); }

QJsonValue valueOf(const Draft& draft, const QString& key)
{
    const Field* field = draft.fieldOf(key);
    return field ? draft.value(*field) : QJsonValue();
}
} // namespace

NetworkPanel::NetworkPanel(Target* target, QWidget* parent)
    : QWidget(parent),
      m_target(target),
      m_view(new ArchitectureView),
      m_summary(quietLabel({})),
      m_rate(bodyLabel({})),
      m_groups(new QTableWidget)
{
    setObjectName(QStringLiteral("network"));
    m_groups->setAccessibleName(tr("What the optimizer does to which weights"));
    m_groups->setEditTriggers(QTableWidget::NoEditTriggers);
    m_groups->setSelectionMode(QTableWidget::NoSelection);
    m_groups->setTabKeyNavigation(false);
    m_groups->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_groups->verticalHeader()->hide();
    m_groups->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_groups->horizontalHeader()->setHighlightSections(false);
    m_groups->setShowGrid(false);
    m_groups->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    const QStringList columns{tr("What"),          tr("Tensors"),      tr("Parameters"),
                              tr("Learning rate"), tr("Weight decay"), tr("LARS scales")};
    m_groups->setColumnCount(int(columns.size()));
    m_groups->setHorizontalHeaderLabels(columns);
    auto* groups = new Disclosure(tr("What the optimizer does to which weights"), Disclosure::Rank::Part);
    groups->body()->addWidget(m_rate);
    groups->body()->addWidget(m_groups);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_view);
    column->addWidget(m_summary);
    column->addWidget(groups);
}

void NetworkPanel::ask(const Draft& draft, std::function<void(const QString&, const QString&)> answered)
{
    const QJsonObject config = draft.config();
    m_target->ask(QStringLiteral("network"), {{"config", config}}, this, [=, this](const Target::Reply& reply) {
        if (reply.ok)
            show(reply.answer, draft);
        else
            m_summary->setText(reply.message);
        m_view->setVisible(reply.ok);
        if (reply.ok) askPicture(config);
        answered(reply.ok ? QString() : reply.key, reply.ok ? QString() : reply.message);
    });
}

/// A tile of the data, to draw receptive fields on; without one a plain square does.
void NetworkPanel::askPicture(const QJsonObject& config)
{
    if (m_pictured == config["dataset"]) return;
    m_pictured = config["dataset"];
    m_target->ask(QStringLiteral("tiles"), {{"config", config}, {"indices", QJsonArray{0}}}, this,
                  [this](const Target::Reply& reply) {
                      const int width = reply.answer["width"].toInt(), height = reply.answer["height"].toInt();
                      const QByteArray rgb = QByteArray::fromBase64(
                          reply.answer["tiles"].toArray().at(0).toObject()["rgb"].toString().toLatin1());
                      const bool whole = width > 0 && height > 0 && rgb.size() == qsizetype(3) * width * height;
                      const auto* pixels = reinterpret_cast<const uchar*>(rgb.constData());
                      m_view->setPicture(whole ? QImage(pixels, width, height, 3 * width, QImage::Format_RGB888).copy()
                                               : QImage());
                  });
}

QString NetworkPanel::summary(const QJsonObject& network)
{
    const QJsonObject parameters = network["parameters"].toObject();
    double all = 0;
    for (auto it = parameters.begin(); it != parameters.end(); ++it)
        if (it.key() != "teacher") all += it->toDouble();
    const int input = network["input_px"].toInt();
    int seen = 0; // of the last map; a mean over it has seen all
    for (const QJsonValue& stage : network["stages"].toArray())
        if (stage["side_px"].toInt() > 1) seen = stage["receptive_px"].toInt();
    QStringList parts{tr("%1 parameters, %2 of them in the backbone")
                          .arg(shortNumber(all), shortNumber(parameters["backbone"].toDouble())),
                      tr("%1 multiply-adds an image").arg(shortNumber(network["multiply_adds"].toDouble()))};
    if (seen > 0)
        parts << (seen >= input ? tr("the last map's elements see the whole image")
                                : tr("the last map's elements see %1 of %2 px").arg(seen).arg(input));
    if (network["evaluated"].toString() == "teacher") parts << tr("features are read from the teacher");
    return parts.join(QStringLiteral(" · "));
}

QString NetworkPanel::rateSentence(const QJsonObject& network, const Draft& draft)
{
    const double rate = network["learning_rate"].toDouble();
    const double batch = valueOf(draft, "training.batch").toDouble();
    const double reference = valueOf(draft, "schedule.scaling_batch").toDouble();
    const QString how = valueOf(draft, "schedule.batch_scaling").toString();
    const double ratio = reference > 0 ? batch / reference : 1;
    const double factor = how == "linear" ? ratio : how == "sqrt" ? std::sqrt(ratio) : 1;
    const QString text = shortNumber(rate);
    if (how != "linear" && how != "sqrt") return tr("Largest learning rate: %1, whatever the batch.").arg(text);
    const QLocale locale;
    const QString why =
        how == "linear" ? tr("batch %1 / %2").arg(locale.toString(batch), locale.toString(reference))
                        : tr("square root of batch %1 / %2").arg(locale.toString(batch), locale.toString(reference));
    return tr("Largest learning rate: %1 × %2 = %3 (%4).")
        .arg(shortNumber(rate / factor), shortNumber(factor), text, why);
}

void NetworkPanel::show(const QJsonObject& network, const Draft& draft)
{
    m_view->setNetwork(network);
    m_summary->setText(summary(network));
    m_rate->setText(rateSentence(network, draft));
    showGroups(network["groups"].toArray(), network["learning_rate"].toDouble());
}

void NetworkPanel::showGroups(const QJsonArray& groups, double rate)
{
    const QLocale locale;
    m_groups->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_groups->setRowCount(int(groups.size()));
    int height = m_groups->horizontalHeader()->sizeHint().height() + 2 * m_groups->frameWidth();
    for (int row = 0; row < groups.size(); ++row) {
        const QJsonObject group = groups[row].toObject();
        const bool learns = group["learns"].toBool();
        const QString dash = QStringLiteral("–");
        const QStringList cells{groupName(group["what"].toString()),
                                locale.toString(group["tensors"].toInteger()),
                                locale.toString(group["parameters"].toInteger()),
                                learns ? shortNumber(rate * group["rate"].toDouble(1)) : tr("held still"),
                                learns ? yesOrNo(group["decays"].toBool()) : dash,
                                learns ? yesOrNo(group["scaled"].toBool()) : dash};
        for (int column = 0; column < cells.size(); ++column) {
            auto* cell = new QTableWidgetItem(cells[column]);
            const Qt::Alignment alignment = Qt::AlignVCenter | (column == 0 ? Qt::AlignLeft : Qt::AlignHCenter);
            cell->setTextAlignment(alignment);
            m_groups->setItem(row, column, cell);
        }
        height += m_groups->rowHeight(row);
    }
    m_groups->setFixedHeight(height);
}
