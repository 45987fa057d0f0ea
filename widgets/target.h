// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QProcess>
#include <QTimer>
#include <functional>

/// The resident `revisit-engine serve`, asked with JSON lines. Lives in the GUI thread; nothing here blocks.
/// Requests made before the engine has said hello wait for it. An engine that dies is started once more.
class Target : public QObject {
    Q_OBJECT
public:
    enum class State { Off, Starting, Ready, Failed };
    struct Reply {
        bool ok = false;
        QJsonObject answer;
        QString message, key; ///< of an error: a sentence, and the key of run.json that it is about
    };
    using Callback = std::function<void(const Reply&)>;

    explicit Target(const QString& program, QObject* parent = nullptr);
    ~Target() override;

    void start();
    State state() const { return m_state; }
    /// What people should know of the state: why it failed, or that it was started again; else empty.
    QString sentence() const { return m_sentence; }
    QString version() const { return m_version; }

    /// Asks; `done` is called once unless `context` has gone or asks the same again before. What another context asks
    /// meanwhile waits, or the engine would drop the older.
    void ask(const QString& what, const QJsonObject& with, QObject* context, Callback done, int timeoutMs = 60'000);

Q_SIGNALS:
    void stateChanged();

private:
    struct Request {
        QString what;
        QByteArray line;
        QPointer<QObject> context;
        Callback done;
        qint64 deadline = 0;
        int timeoutMs = 0;
        bool sent = false;
    };

    void setState(State state, const QString& sentence = {});
    void read();
    void hear(const QJsonObject& line);
    void answer(qint64 id, const Reply& reply);
    void died();
    void send(qint64 id);
    void sendWaiting();
    void failAll(const QString& message);
    void checkDeadlines();

    QString m_program, m_version, m_sentence;
    State m_state = State::Off;
    QProcess m_process;
    QByteArray m_chatter; ///< the end of stderr
    QTimer m_deadlines;
    qint64 m_nextId = 1, m_helloDeadline = 0;
    QHash<qint64, Request> m_requests;
    bool m_restarted = false;
};
