// SPDX-License-Identifier: GPL-3.0-or-later
#include "batchbar.h"

#include "chartwidget.h"
#include "target.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

BatchBar::BatchBar(Target* target, QWidget* parent)
    : QWidget(parent),
      m_target(target),
      m_sampler(new QComboBox),
      m_show(new QCheckBox(tr("Show a batch"))),
      m_next(new QPushButton(tr("Next batch"))),
      m_near(new QSpinBox),
      m_words(new ElidedLabel)
{
    m_sampler->setAccessibleName(tr("Sampling"));
    m_sampler->setToolTip(tr("Which tiles make a batch; the experiment's own setting."));
    m_sampler->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_sampler->setMinimumContentsLength(12);
    m_near->setRange(0, 20000);
    m_near->setValue(10);
    m_near->setPrefix(tr("near: "));
    m_near->setSuffix(tr(" km"));
    m_near->setAccessibleName(tr("Pairs nearer than this are counted, in kilometres"));
    m_near->setToolTip(tr("Pairs of a batch nearer than this are counted: most likely they show the same kind of "
                          "land, and a contrastive loss pushes them apart all the same."));
    m_words->setText(tr("What the experiment would learn from in one step."));
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_sampler, 1);
    row->addWidget(m_show);
    row->addWidget(m_next);
    row->addWidget(m_near);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_words);
    m_next->setEnabled(false);
    connect(m_sampler, &QComboBox::activated, this,
            [this] { Q_EMIT samplerAsked(m_sampler->currentData().toString()); });
    const auto again = [this] {
        m_stale = true;
        draw();
    };
    connect(m_show, &QCheckBox::toggled, this, [this, again](bool on) {
        m_next->setEnabled(on);
        if (on) return again();
        m_words->setText({});
        Q_EMIT drawn({});
    });
    connect(m_next, &QPushButton::clicked, this, [this, again] {
        ++m_step;
        again();
    });
    connect(m_near, &QSpinBox::valueChanged, this, again);
}

void BatchBar::setCatalog(const Catalog& catalog)
{
    m_sampler->clear();
    if (const SectionSpec* section = catalog.section(QStringLiteral("sampler")))
        for (const ComponentSpec& component : section->components) m_sampler->addItem(component.title, component.name);
    setConfig(m_config);
}

void BatchBar::setConfig(const QJsonObject& config)
{
    const QString name = config["sampler"]["name"].toString(QStringLiteral("uniform"));
    m_sampler->setCurrentIndex(m_sampler->findData(name));
    if (config == m_config) return;
    m_config = config;
    m_stale = true;
    draw();
}

void BatchBar::setAwake(bool awake)
{
    m_awake = awake;
    draw();
}

bool BatchBar::isShown() const { return m_show->isChecked(); }
QString BatchBar::words() const { return m_words->text(); }

void BatchBar::draw()
{
    if (!m_awake || !m_stale || !isShown()) return;
    m_stale = false;
    m_target->ask(QStringLiteral("batch"), {{"config", m_config}, {"step", m_step}, {"near_km", m_near->value()}}, this,
                  [this](const Target::Reply& reply) {
                      if (!isShown()) return;
                      if (reply.ok) return tell(reply.answer);
                      m_words->setText(reply.message);
                      Q_EMIT drawn({});
                  });
}

void BatchBar::tell(const QJsonObject& answer)
{
    const QLocale locale;
    const auto number = [&](const char* key) { return locale.toString(answer[QLatin1String(key)].toInteger()); };
    QVector<QStringList> views;
    for (const QJsonValue& view : answer["views"].toArray()) {
        views << QStringList();
        for (const QJsonValue& id : view.toArray()) views.last() << id.toString();
    }
    QString text =
        tr("Batch %1: %2 of %3 pairs nearer than %4 km, %5 of the same class")
            .arg(locale.toString(m_step), number("near"), number("pairs"), number("near_km"), number("same_class"));
    const QString warning = answer["warning"].toString();
    m_words->setText(warning.isEmpty() ? text : tr("%1; %2").arg(text, warning));
    Q_EMIT drawn(views);
}
