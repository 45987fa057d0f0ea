// SPDX-License-Identifier: GPL-3.0-or-later
#include "target.h"
#include "catalog.h"
#include "runlog.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonDocument>

namespace {
constexpr qint64 maxAnswerBytes = 4 << 20, helloMs = 60'000;
qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }
} // namespace

Target::Target(const QString& program, QObject* parent) : QObject(parent), m_program(program)
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &Target::read);
    connect(&m_process, &QProcess::readyReadStandardError, this,
            [this] { m_chatter = (m_chatter + m_process.readAllStandardError()).right(4096); });
    connect(&m_process, &QProcess::finished, this, &Target::died);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) died();
    });
    m_deadlines.setInterval(500);
    connect(&m_deadlines, &QTimer::timeout, this, &Target::checkDeadlines);
}

Target::~Target()
{
    m_process.disconnect(this);
    m_process.closeWriteChannel(); // "finish and leave"
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(300)) m_process.kill();
    m_process.waitForFinished(300);
}

void Target::start()
{
    if (m_state == State::Starting || m_state == State::Ready) return;
    m_chatter.clear();
    if (!QFileInfo(m_program).isExecutable()) {
        setState(State::Failed,
                 tr("The engine is missing: %1 is not there. Build it with ./start engine.").arg(m_program));
        failAll(m_sentence);
        return;
    }
    setState(State::Starting, m_sentence);
    m_helloDeadline = now() + helloMs;
    m_deadlines.start();
    m_process.start(m_program, {QStringLiteral("serve")});
}

void Target::setState(State state, const QString& sentence)
{
    m_state = state;
    m_sentence = sentence;
    Q_EMIT stateChanged();
}

void Target::ask(const QString& what, const QJsonObject& with, QObject* context, Callback done, int timeoutMs)
{
    bool waits = false;
    for (auto it = m_requests.begin(); it != m_requests.end();) { // the newer wins, here as in the engine
        const bool same = it->what == what, replaced = same && it->context == context;
        waits = waits || (same && !replaced && it->sent);
        it = replaced ? m_requests.erase(it) : std::next(it);
    }
    const qint64 id = m_nextId++;
    QJsonObject request = with;
    request["id"] = id;
    request["ask"] = what;
    const QByteArray line = QJsonDocument(request).toJson(QJsonDocument::Compact) + '\n';
    m_requests.insert(id, {what, line, context, std::move(done), 0, timeoutMs});
    if (m_state == State::Ready && !waits) {
        send(id);
    } else if (m_state == State::Failed) {
        QTimer::singleShot(0, this, [this, id] { answer(id, {false, {}, m_sentence, {}}); });
    }
}

void Target::send(qint64 id)
{
    Request& request = m_requests[id];
    request.sent = true;
    request.deadline = now() + request.timeoutMs;
    m_process.write(request.line);
}

void Target::sendWaiting()
{
    QList<qint64> ids = m_requests.keys();
    std::sort(ids.begin(), ids.end());
    QStringList asked;
    for (const qint64 id : ids)
        if (m_requests[id].sent) asked << m_requests[id].what;
    for (const qint64 id : ids) {
        if (m_requests[id].sent || asked.contains(m_requests[id].what)) continue;
        asked << m_requests[id].what;
        send(id);
    }
}

void Target::read()
{
    if (!m_process.canReadLine() && m_process.bytesAvailable() > maxAnswerBytes) m_process.kill();
    while (m_process.canReadLine()) {
        const QJsonDocument document = QJsonDocument::fromJson(m_process.readLine());
        if (document.isObject()) hear(document.object()); // what is no JSON line is chatter
    }
}

void Target::hear(const QJsonObject& line)
{
    if (line.contains("hello")) {
        const int spoken = line["protocol"].toInt();
        m_version = shownText(line["version"].toString());
        if (spoken != Catalog::protocol) {
            setState(State::Failed,
                     tr("The engine speaks protocol %1 and this desktop protocol %2. Build both from the same version.")
                         .arg(spoken)
                         .arg(Catalog::protocol));
            m_process.closeWriteChannel();
            failAll(m_sentence);
            return;
        }
        setState(State::Ready, m_sentence);
        sendWaiting();
        return;
    }
    const qint64 id = wholeNumber(line["id"]);
    if (line.contains("answer")) {
        answer(id, {true, line["answer"].toObject(), {}, {}});
    } else if (line.contains("error")) {
        const QJsonObject error = line["error"].toObject();
        answer(id, {false, {}, shownText(error["message"].toString()), error["key"].toString()});
    }
}

void Target::answer(qint64 id, const Reply& reply)
{
    const auto it = m_requests.find(id);
    if (it == m_requests.end()) return;
    const Request request = *it;
    m_requests.erase(it);
    if (m_state == State::Ready) sendWaiting();
    if (request.context && request.done) request.done(reply);
}

void Target::died()
{
    if (m_state == State::Failed || m_state == State::Off) return;
    const QString last = shownText(QString::fromUtf8(m_chatter).trimmed().section(u'\n', -1));
    const bool again = !m_restarted && m_state == State::Ready;
    const QString why = last.isEmpty()
                            ? tr("The engine's preview service left unexpectedly.")
                            : tr("The engine's preview service left unexpectedly. Its last words: %1").arg(last);
    setState(State::Failed, why);
    failAll(why);
    if (!again) return;
    m_restarted = true;
    m_sentence = tr("%1 It was started again; runs are not touched.").arg(why);
    start();
}

void Target::failAll(const QString& message)
{
    const QList<qint64> ids = m_requests.keys();
    for (const qint64 id : ids) answer(id, {false, {}, message, {}});
}

void Target::checkDeadlines()
{
    if (m_state == State::Starting && now() > m_helloDeadline) {
        m_process.kill();
        setState(State::Failed, tr("The engine did not answer within a minute. Close other programs, or run "
                                   "revisit-engine doctor in a terminal."));
        failAll(m_sentence);
        return;
    }
    const QList<qint64> ids = m_requests.keys();
    for (const qint64 id : ids) {
        if (!m_requests.value(id).sent || m_requests.value(id).deadline > now()) continue;
        if (m_state == State::Ready) {
            const QJsonObject cancel{{"id", m_nextId++}, {"ask", "cancel"}, {"request", id}};
            m_process.write(QJsonDocument(cancel).toJson(QJsonDocument::Compact) + '\n');
        }
        answer(id, {false, {}, tr("The engine has not answered in time; the question was withdrawn."), {}});
    }
}
