// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QHash>
#include <QJsonObject>
#include <QMap>
#include <QPointF>
#include <QString>
#include <QStringList>
#include <QVector>
#include <limits>

/// A `step` event; numbers that were null or absent are NaN.
struct StepPoint {
    qint64 step = 0;
    double epoch = 0;
    qint64 samples = 0;
    double loss = 0, lr = 0, seconds = 0, rate = 0;
    QHash<QString, double> terms;
};

/// A `probe` event: metrics by protocol.md's names; an absent metric is absent.
struct ProbePoint {
    qint64 step = 0;
    QMap<QString, double> metrics;
    double seconds = 0;              ///< that the evaluation took, 0 where unknown
    QString verdict;                 ///< the engine's, empty for the untrained network
    QMap<QString, double> factors{}; ///< how much of each the features hold; none where none is known
};

/// An `embedding` event: xy[i] is patch i of the probe set.
struct Layout {
    qint64 step = 0;
    QString method;
    QJsonObject settings;
    QVector<QPointF> xy;
};

/// A `preview` event: `rows` times `count` pictures in `file`, all of one size.
struct Preview {
    qint64 step = 0;
    QString file; ///< relative to the run, and inside it
    QStringList rows;
    int count = 0, width = 0, height = 0;
    qint64 bytes() const { return qint64(3) * rows.size() * count * width * height; }
};

/// A `warning` or an `error`. Texts are for QLabel with Qt::PlainText.
struct Notice {
    enum Kind { Warning, Error } kind = Warning;
    qint64 step = 0;
    QString code, message;
    QJsonObject fix;      ///< `key` and `value` of a setting that cures it, or empty
    QJsonObject evidence; ///< numbers that say so, or empty
};

/// A `changed` event: `what` is the control line's `do`; key, value and was come with `set`, and what the loss has as
/// its bounds from then on where it is a setting of the objective.
struct Change {
    qint64 step = 0;
    QString what, key;
    QJsonValue value, was;
    QString id;
    QJsonObject loss;
};

/// The probe set: label, lon and lat have `count` entries (-1 and NaN where unknown), ids as well.
struct PatchSet {
    int count = 0, of = 0, width = 0, height = 0;
    QString file, stretch;
    QStringList classes, ids;
    QVector<int> label;
    QVector<double> lon, lat;
};

/// All that the desktop knows of a run: a fold over the lines of its events. Pure data: no files, no widgets.
/// A line that is not as protocol.md says is counted and changes nothing.
class RunLog {
public:
    static constexpr qsizetype maxLineBytes = 1 << 20;

    /// Folds one line (without its newline). False: it was skipped, and `skippedLines` names it.
    bool apply(const QByteArray& line);
    /// Counts a line that its reader had to drop unread (longer than maxLineBytes).
    void skipLine();
    void clear();

    const QVector<StepPoint>& steps() const { return m_steps; }
    const QVector<ProbePoint>& probes() const { return m_probes; }
    /// `chance`, `statistics`, `untrained`, each with its metrics; empty until the first probe.
    const QMap<QString, QMap<QString, double>>& baselines() const { return m_baselines; }
    const QVector<Layout>& layouts() const { return m_layouts; }
    const QVector<Preview>& previews() const { return m_previews; }
    const QVector<Notice>& notices() const { return m_notices; }
    const QVector<Change>& changes() const { return m_changes; }
    /// Where the engine that works on it now began: 0, or the newest `resumed`'s step.
    qint64 resumedFrom() const { return m_resumedFrom; }
    /// The step of each `resumed` that still counts, in order.
    const QVector<qint64>& resumes() const { return m_resumes; }
    const QVector<qint64>& checkpoints() const { return m_checkpoints; }
    const PatchSet& patches() const { return m_patches; }

    /// The whole `started` event, empty before it.
    const QJsonObject& started() const { return m_started; }
    /// run.json with every default filled in.
    QJsonObject config() const { return m_started["config"].toObject(); }
    qint64 plannedSteps() const;
    double stepsPerEpoch() const;
    QString lossTitle() const;
    double chanceLoss() const;    ///< NaN where there is none
    double minimumLoss() const;   ///< NaN where there is none
    double collapsedLoss() const; ///< NaN where there is none
    QString device() const;       ///< of the last start or resume

    bool finished() const { return !m_finished.isEmpty(); }
    QString finishReason() const { return m_finished["reason"].toString(); }

    qint64 lastStep() const { return m_steps.isEmpty() ? 0 : m_steps.last().step; }
    double lastLoss() const;
    /// The newest value of a probe metric, NaN before the first.
    double lastMetric(const QString& name) const;

    /// Grows whenever points that were already there have gone (a resume, a new start): redraw from the beginning.
    int generation() const { return m_generation; }
    qint64 lines() const { return m_lines; }
    qint64 skipped() const { return m_skipped; }
    /// Numbers (1 for the first) of the first hundred skipped lines.
    const QVector<qint64>& skippedLines() const { return m_skippedLines; }

private:
    bool fold(const QJsonObject& event);
    bool foldStep(const QJsonObject& event, qint64 step);
    bool foldProbe(const QJsonObject& event, qint64 step);
    bool foldPatches(const QJsonObject& event);
    bool foldLayout(const QJsonObject& event, qint64 step);
    bool foldPreview(const QJsonObject& event, qint64 step);
    void dropAfter(qint64 step);
    double lossValue(const char* name) const;

    QVector<StepPoint> m_steps;
    QVector<ProbePoint> m_probes;
    QMap<QString, QMap<QString, double>> m_baselines;
    QVector<Layout> m_layouts;
    QVector<Preview> m_previews;
    QVector<Notice> m_notices;
    QVector<Change> m_changes;
    QVector<qint64> m_checkpoints, m_resumes;
    PatchSet m_patches;
    QJsonObject m_started, m_finished;
    QString m_device;
    qint64 m_resumedFrom = 0;
    int m_generation = 0;
    qint64 m_lines = 0, m_skipped = 0;
    QVector<qint64> m_skippedLines;
};

/// Foreign text made fit to show: control characters replaced, at most 2,000 characters.
QString shownText(const QString& text);
/// A JSON number that is an integer in 0..2^53, else -1.
qint64 wholeNumber(const QJsonValue& value);
