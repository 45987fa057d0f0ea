// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QCache>
#include <QImage>
#include <QJsonObject>
#include <QObject>
#include <QTimer>
#include <QVector>

class Target;

/// How tiles are shown.
struct TileLook {
    QVector<int> channels; ///< red, green, blue; empty: as the data set's pictures are
    QString stretch = QStringLiteral("data");
    bool operator==(const TileLook&) const = default;
};

/// Pictures of patches, asked of the engine when they are wanted and kept while there is room.
class TileStore : public QObject {
    Q_OBJECT
public:
    /// Pictures of at most `px` pixels a side.
    TileStore(Target* target, int px, QObject* parent = nullptr);
    /// Of which data; forgets all pictures.
    void setConfig(const QJsonObject& config);
    void setLook(const TileLook& look);
    const TileLook& look() const { return m_look; }
    /// How the pictures are stretched, as the engine says it; empty before the first.
    QString stretch() const { return m_stretch; }

    /// Null while it is not there.
    const QImage* picture(int patch) const { return m_pictures.object(patch); }
    /// What is in sight: what is missing of it is asked for, and nothing else any more.
    void want(const QVector<int>& patches);
    /// Pictures that were asked for so far, for tests.
    qint64 asked() const { return m_asked; }
    /// A tile of an answer to `tiles`; null when it does not fit.
    static QImage imageOf(const QJsonObject& answer, const QJsonObject& tile);

Q_SIGNALS:
    void arrived();

private:
    void forget();
    void ask();

    Target* m_target;
    const int m_px;
    QJsonObject m_config;
    TileLook m_look;
    QString m_stretch;
    mutable QCache<int, QImage> m_pictures; ///< a look makes it the last to go
    QVector<int> m_wanted;
    QTimer m_soon;
    qint64 m_asked = 0;
    int m_round = 0; ///< answers to earlier ones are of another look or other data
    bool m_waiting = false;
};
