// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QMutex>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QtTest/QtTest>
#include <functional>
#include <vector>

/// A web server on 127.0.0.1, one answer a connection, that misbehaves as a test asks it to.
namespace loopback {

struct Request {
    QByteArray method, path, range, ifRange;
    /// The first byte that is asked for; 0 where no range is.
    qint64 from() const { return range.startsWith("bytes=") ? range.mid(6).split('-')[0].toLongLong() : 0; }
};

struct Answer {
    QByteArray status = "200 OK";
    QList<QByteArray> headers = {};
    QByteArray body = {};
    qint64 breakAfter = -1; ///< bytes of the body, after which the connection ends
    int chunk = 1 << 20;    ///< bytes at a time
    int pauseMs = 0;        ///< between them
    bool lengthTold = true; ///< whether Content-Length is said; headers may say it wrongly
};

/// As a good server would answer for `body`, with ranges and an ETag.
inline Answer serve(const Request& request, const QByteArray& body, const QByteArray& etag = "\"first\"")
{
    Answer answer;
    const bool same = request.ifRange.isEmpty() || request.ifRange == etag;
    if (!etag.isEmpty()) answer.headers << "ETag: " + etag;
    if (request.range.isEmpty() || !same) {
        answer.body = body;
    } else if (request.from() >= body.size()) {
        answer.status = "416 Range Not Satisfiable";
        answer.headers << "Content-Range: bytes */" + QByteArray::number(body.size());
    } else {
        answer.status = "206 Partial Content";
        answer.body = body.mid(request.from());
        answer.headers << "Content-Range: bytes " + QByteArray::number(request.from()) + "-" +
                              QByteArray::number(body.size() - 1) + "/" + QByteArray::number(body.size());
    }
    return answer;
}

/// The same, until the connection breaks; or in small pieces.
inline Answer broken(Answer answer, qint64 after = 1'000'000)
{
    answer.breakAfter = after;
    return answer;
}
inline Answer slowed(Answer answer, int chunk, int pauseMs)
{
    answer.chunk = chunk;
    answer.pauseMs = pauseMs;
    return answer;
}

class Server {
public:
    using Respond = std::function<Answer(const Request&)>;

    explicit Server(Respond respond) : m_respond(std::move(respond))
    {
        m_thread = QThread::create([this] {
            QTcpServer server;
            if (!server.listen(QHostAddress::LocalHost)) return;
            m_port = server.serverPort();
            while (!m_stop)
                if (server.waitForNewConnection(50)) talk(*server.nextPendingConnection());
        });
        m_thread->start();
        while (m_port == 0) QThread::msleep(1);
    }
    ~Server()
    {
        m_stop = true;
        m_thread->wait();
        delete m_thread;
    }

    QString url(const QString& path = "/file.bin") const
    {
        return QStringLiteral("http://127.0.0.1:%1%2").arg(m_port.load()).arg(path);
    }
    std::vector<Request> requests() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_requests;
    }
    /// Bytes of bodies that went out.
    qint64 sent() const { return m_sent; }

private:
    void talk(QTcpSocket& socket)
    {
        QByteArray text;
        while (!text.contains("\r\n\r\n") && socket.waitForReadyRead(2000)) text += socket.readAll();
        const auto lines = text.split('\n');
        const auto words = lines[0].trimmed().split(' ');
        if (words.size() < 2) return socket.abort();
        Request request{words[0], words[1], {}, {}};
        for (const auto& line : lines) {
            if (line.startsWith("Range: ")) request.range = line.mid(7).trimmed();
            if (line.startsWith("If-Range: ")) request.ifRange = line.mid(10).trimmed();
        }
        const auto answer = m_respond(request);
        {
            const QMutexLocker lock(&m_mutex);
            m_requests.push_back(request);
        }
        QByteArray head = "HTTP/1.1 " + answer.status + "\r\nConnection: close\r\n";
        if (answer.lengthTold) head += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n";
        for (const auto& header : answer.headers) head += header + "\r\n";
        socket.write(head + "\r\n");
        if (request.method != "HEAD") write(socket, answer);
        if (socket.state() != QAbstractSocket::ConnectedState) return;
        if (socket.bytesToWrite() > 0) socket.waitForBytesWritten(1000);
        socket.disconnectFromHost();
        if (socket.state() != QAbstractSocket::UnconnectedState) socket.waitForDisconnected(1000);
    }

    void write(QTcpSocket& socket, const Answer& answer)
    {
        const auto end = answer.breakAfter < 0 ? answer.body.size() : answer.breakAfter;
        for (qint64 at = 0; at < end && !m_stop; at += answer.chunk) {
            const auto part = answer.body.mid(at, std::min<qint64>(answer.chunk, end - at));
            socket.write(part);
            while (socket.bytesToWrite() > 0 && socket.waitForBytesWritten(2000)) {}
            if (socket.state() != QAbstractSocket::ConnectedState) return;
            m_sent += part.size();
            if (answer.pauseMs) QThread::msleep(answer.pauseMs);
        }
    }

    Respond m_respond;
    QThread* m_thread = nullptr;
    std::atomic<quint16> m_port = 0;
    std::atomic<bool> m_stop = false;
    std::atomic<qint64> m_sent = 0;
    mutable QMutex m_mutex;
    std::vector<Request> m_requests;
};

} // namespace loopback
