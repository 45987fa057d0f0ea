// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "loopback.h"
#include <QCryptographicHash>
#include <atomic>
#include <csignal>
#include <sys/resource.h>

using namespace enginerun;
using loopback::Answer;
using loopback::broken;
using loopback::Request;
using loopback::serve;
using loopback::Server;
using loopback::slowed;

namespace {

QByteArray bytesOf(int seed, int count = 3'000'000)
{
    QByteArray all(count, '\0');
    std::uint32_t x = static_cast<std::uint32_t>(seed) * 2654435761u + 1;
    for (auto& byte : all) byte = static_cast<char>((x = x * 1664525u + 1013904223u) >> 24);
    return all;
}

std::string hashOf(const QByteArray& bytes, QCryptographicHash::Algorithm kind = QCryptographicHash::Sha256)
{
    return QCryptographicHash::hash(bytes, kind).toHex().toStdString();
}

Json entry(const Json& files)
{
    return {{"name", "sample"},     {"title", "A sample"},   {"about", "Bytes of a test."}, {"sensors", {"none"}},
            {"licence", "CC0-1.0"}, {"citation", "A test."}, {"attribution", "By a test."}, {"unpacks", "nothing"},
            {"opens", "nothing"},   {"files", files}};
}

} // namespace

class TestFetch : public QObject {
    Q_OBJECT

    const QByteArray m_body = bytesOf(1);
    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path at(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
    fs::path file() const { return at("data/sample/file.bin"); }
    fs::path part() const { return at("data/sample/file.bin.part"); }

    void offer(const Json& files) const { writeText(at("list.json"), Json{{"datasets", {entry(files)}}}.dump()); }
    /// One file, with its size and SHA-256 as `body` has them.
    void offer(const Server& server, const QByteArray& body, const Json& changes = Json::object()) const
    {
        Json one = {{"name", "file.bin"},
                    {"url", server.url().toStdString()},
                    {"bytes", body.size()},
                    {"sha256", hashOf(body)}};
        one.update(changes);
        offer(Json::array({one}));
    }
    QStringList command(const QStringList& more = {}) const
    {
        return QStringList{"data", "fetch",         "sample", "--yes", "--catalogue", text(at("list.json")),
                           "--to", text(at("data"))} +
               more;
    }
    Ended fetch(const QStringList& more = {}) const { return run(command(more)); }
    bool isWhole(const QByteArray& body) const
    {
        return readText(file()) == body.toStdString() && !fs::exists(part()) && !fs::exists(part().string() + ".json");
    }
    bool nothingIsHere() const
    {
        return !fs::exists(file()) && !fs::exists(file().string() + ".json") && !fs::exists(part()) &&
               !fs::exists(part().string() + ".json");
    }
    static std::vector<Request> gets(const Server& server)
    {
        auto all = server.requests();
        std::erase_if(all, [](const Request& request) { return request.method != "GET"; });
        return all;
    }

#define ENDS(ended, wanted, sentence)                                                                                  \
    do {                                                                                                               \
        const auto& e = ended;                                                                                         \
        QVERIFY2(e.code == (wanted), qPrintable(QString::number(e.code) + ": " + e.said));                             \
        QVERIFY2(e.said.contains(sentence), qPrintable(e.said));                                                       \
    } while (false)

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("http_proxy", "http://127.0.0.1:1"); // nobody is there: the environment's proxies are not used
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void bringsAFileOnce()
    {
        Server server([&](const Request& request) { return serve(request, m_body); });
        offer(server, m_body, {{"md5", hashOf(m_body, QCryptographicHash::Md5)}});
        ENDS(fetch(), 0, "CC0-1.0");
        QVERIFY(isWhole(m_body));
        const auto record = Json::parse(readText(file().string() + ".json"));
        QVERIFY(record["sha256"] == hashOf(m_body) && record["md5"] == hashOf(m_body, QCryptographicHash::Md5));
        QVERIFY(record["url"] == server.url().toStdString() && record["licence"] == "CC0-1.0");
        QVERIFY(record["citation"] == "A test." && record["date"].is_string());

        const auto before = server.requests().size();
        ENDS(fetch(), 0, "is here");
        ENDS(fetch({"--verify"}), 0, "as it should be");
        QCOMPARE(server.requests().size(), before);
        const auto listed =
            run({"data", "fetch", "--json", "--catalogue", text(at("list.json")), "--to", text(at("data"))});
        QVERIFY(Json::parse(listed.printed.toStdString())["datasets"][0]["here"] == true);

        auto damaged = m_body;
        damaged[5] = static_cast<char>(damaged[5] ^ 1);
        writeText(file(), damaged.toStdString());
        const auto refused = fetch({"--verify"});
        ENDS(refused, 2, QString::fromStdString(hashOf(m_body)));
        ENDS(refused, 2, QString::fromStdString(hashOf(damaged)));
    }

    void goesOnWhereItBrokeOff()
    {
        std::atomic<int> calls = 0;
        Server server([&](const Request& request) {
            return calls++ == 0 ? broken(serve(request, m_body)) : serve(request, m_body);
        });
        offer(server, m_body);
        ENDS(fetch(), 0, "ended after 1000000 of 3000000 bytes");
        QVERIFY(isWhole(m_body));
        QCOMPARE(gets(server).back().from(), 1'000'000);
        QCOMPARE(gets(server).back().ifRange, QByteArray("\"first\""));
        QCOMPARE(server.sent(), m_body.size()); // nothing twice
    }

    void beginsAnewWhereTheServerKnowsNoRanges()
    {
        std::atomic<int> calls = 0;
        Server server([&](const Request&) {
            const Answer whole{"200 OK", {}, m_body};
            return calls++ == 0 ? broken(whole) : whole;
        });
        offer(server, m_body);
        ENDS(fetch(), 0, "sends the whole file again");
        QVERIFY(isWhole(m_body));
        const Server never([&](const Request&) { return broken({"200 OK", {}, m_body}); });
        offer(never, m_body);
        fs::remove_all(at("data"));
        ENDS(fetch({"--retries", "1"}), 1, "the same command goes on"); // and not for ever
        QVERIFY(!fs::exists(file()));
    }

    void aStallEndsAndTheSameCommandGoesOn()
    {
        std::atomic<bool> slow = true;
        Server server([&](const Request& request) {
            return slow ? slowed(serve(request, m_body), 100, 200) : serve(request, m_body);
        });
        offer(server, m_body);
        ENDS(fetch({"--stall", "2"}), 1, "less than 1 kB/s came for 2 s. What came is kept; the same command goes on");
        const auto kept = static_cast<qint64>(fs::file_size(part()));
        QVERIFY(kept > 0 && !fs::exists(file()));
        slow = false;
        ENDS(fetch(), 0, "Going on with file.bin");
        QCOMPARE(gets(server).back().from(), kept);
        QVERIFY(isWhole(m_body));
    }

    void aServerThatLiesAboutLengthIsFoundOut_data()
    {
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<int>("sent");
        QTest::addColumn<bool>("known");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("too long") << QByteArray("4000000") << 3'000'000 << true << "offers 4000000 bytes where 3000000";
        QTest::newRow("too short") << QByteArray("1000000") << 3'000'000 << true << "offers 1000000 bytes";
        QTest::newRow("cut by it") << QByteArray("1000000") << 3'000'000 << false << "its SHA-256 is";
        QTest::newRow("untold, more") << QByteArray() << 3'500'000 << true << "sends more than the 3000000 bytes";
        QTest::newRow("untold, less") << QByteArray() << 2'000'000 << true << "its length in bytes is 2000000";
    }
    void aServerThatLiesAboutLengthIsFoundOut()
    {
        QFETCH(QByteArray, told);
        QFETCH(int, sent);
        QFETCH(bool, known);
        QFETCH(QString, sentence);
        Server server([&](const Request& request) {
            auto answer = serve(request, bytesOf(1, sent));
            answer.lengthTold = false;
            if (!told.isEmpty()) answer.headers << "Content-Length: " + told;
            return answer;
        });
        offer(server, m_body, known ? Json::object() : Json{{"bytes", nullptr}});
        ENDS(fetch(), 2, sentence);
        QVERIFY(nothingIsHere());
    }

    void aWrongHashLeavesNothing()
    {
        const auto other = bytesOf(2);
        Server server([&](const Request& request) { return serve(request, other); });
        offer(server, m_body);
        const auto ended = fetch();
        ENDS(ended, 2, QString::fromStdString(hashOf(m_body)));
        ENDS(ended, 2, QString::fromStdString(hashOf(other)));
        QVERIFY(nothingIsHere());
        offer(server, other, {{"sha256", nullptr}, {"md5", hashOf(m_body, QCryptographicHash::Md5)}});
        ENDS(fetch(), 2, "its MD5 is " + QString::fromStdString(hashOf(other, QCryptographicHash::Md5)));
        QVERIFY(nothingIsHere());
    }

    void takesStatusesAtTheirWord()
    {
        std::atomic<int> calls = 0;
        QByteArray first, location;
        Server server([&](const Request& request) {
            if (calls++ > 0 && location != "/circle") return serve(request, m_body);
            Answer answer{first, {}, "no"};
            if (!location.isEmpty()) answer.headers << "Location: " + location;
            return answer;
        });
        offer(server, m_body);
        first = "404 Not Found";
        ENDS(fetch(), 2, "the server answered 404 (not there)");
        QCOMPARE(gets(server).size(), std::size_t(1)); // asking again would not help
        first = "403 Forbidden", calls = 0;
        ENDS(fetch(), 2, "account");
        first = "302 Found", location = "file:///etc/passwd", calls = 0;
        ENDS(fetch(), 2, "redirects to where Revisit does not follow");
        location = "/circle", calls = 0;
        ENDS(fetch(), 2, "in circles");
        QVERIFY(nothingIsHere());
        first = "503 Service Unavailable", location.clear(), calls = 0;
        ENDS(fetch(), 0, "answered 503. Trying again in 1 s");
        QVERIFY(isWhole(m_body));
        fs::remove_all(at("data"));
        first = "302 Found", location = "/elsewhere", calls = 0;
        ENDS(fetch(), 0, "as it should be");
        QVERIFY(isWhole(m_body));
    }

    void aFileThatChangedBeginsAnew_data()
    {
        QTest::addColumn<bool>("heeds");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("If-Range heeded") << true << "sends the whole file again";
        QTest::newRow("If-Range ignored") << false << "another part than the one asked for";
    }
    void aFileThatChangedBeginsAnew()
    {
        QFETCH(bool, heeds);
        QFETCH(QString, sentence);
        const auto newer = bytesOf(3);
        std::atomic<bool> changed = false;
        Server server([&](Request request) {
            if (!heeds) request.ifRange.clear();
            return changed ? serve(request, newer, "\"second\"") : broken(serve(request, m_body));
        });
        offer(server, m_body);
        ENDS(fetch({"--retries", "0"}), 1, "goes on");
        QCOMPARE(static_cast<qint64>(fs::file_size(part())), 1'000'000);
        changed = true;
        offer(server, newer);
        ENDS(fetch(), 0, sentence);
        QVERIFY(isWhole(newer));
    }

    void whatNothingCouldCheckBeginsAnew()
    {
        std::atomic<int> calls = 0;
        Server server([&](const Request& request) {
            return calls++ == 0 ? broken(serve(request, m_body, {})) : serve(request, m_body, {});
        });
        offer(server, m_body, {{"sha256", nullptr}}); // neither a hash nor an ETag
        ENDS(fetch({"--retries", "0"}), 1, "goes on");
        ENDS(fetch(), 0, "trusted on first use");
        QCOMPARE(gets(server).back().range, QByteArray());
        QVERIFY(isWhole(m_body));
    }

    void saysWhatRoomIsMissing()
    {
        Server server([&](const Request& request) { return serve(request, m_body); });
        offer(server, m_body);
        const auto ended = run(command(), [] {
            const rlimit small{1 << 20, 1 << 20};
            setrlimit(RLIMIT_FSIZE, &small);
        });
        ENDS(ended, 1,
             "there is no room for the rest; it needs " + QString::number(m_body.size() - (1 << 20)) + " bytes");
        QCOMPARE(fs::file_size(part()), std::uintmax_t(1 << 20));
        ENDS(fetch(), 0, "as it should be");
        QCOMPARE(gets(server).back().from(), 1 << 20);
        QVERIFY(isWhole(m_body));

        fs::remove_all(at("data"));
        offer(server, m_body, {{"bytes", 1ll << 49}});
        ENDS(fetch(), 1, "it needs 562949953421312 bytes"); // before anything is asked for
        QVERIFY(nothingIsHere());
    }

    void outlivesKillAndInterrupt_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("kill -9") << SIGKILL;
        QTest::newRow("Ctrl+C") << SIGINT;
    }
    void outlivesKillAndInterrupt()
    {
        QFETCH(int, signal);
        std::atomic<bool> slow = true;
        Server server([&](const Request& request) {
            return slow ? slowed(serve(request, m_body), 50'000, 50) : serve(request, m_body);
        });
        offer(server, m_body);
        QProcess process;
        process.start(engine, command());
        std::error_code none;
        const auto came = [&] { return fs::exists(part(), none) && fs::file_size(part(), none) > 500'000; };
        QVERIFY(eventually(came));
        ::kill(static_cast<pid_t>(process.processId()), signal);
        QVERIFY(process.waitForFinished());
        if (signal == SIGINT) {
            QCOMPARE(process.exitCode(), 1);
            QVERIFY(process.readAllStandardError().contains("the same command goes on from there"));
        }
        const auto kept = static_cast<qint64>(fs::file_size(part()));
        slow = false;
        ENDS(fetch(), 0, "as it should be");
        QCOMPARE(gets(server).back().from(), kept);
        QVERIFY(isWhole(m_body));
    }

    void twoAtOnceDownloadOnce()
    {
        Server server([&](const Request& request) { return slowed(serve(request, m_body), 100'000, 30); });
        offer(server, m_body);
        QProcess first;
        first.start(engine, command());
        QVERIFY(eventually([&] { return fs::exists(part()) && fs::file_size(part()) > 0; }));
        ENDS(fetch(), 0, "Another process is downloading");
        QVERIFY(first.waitForFinished());
        QCOMPARE(first.exitCode(), 0);
        QCOMPARE(gets(server).size(), std::size_t(1));
        QVERIFY(isWhole(m_body));
    }

    void trustsTheFirstUseWhereNothingIsPublished()
    {
        auto body = m_body;
        Server server([&](const Request& request) { return serve(request, body); });
        offer(server, m_body, {{"bytes", nullptr}, {"sha256", nullptr}});
        ENDS(fetch(), 0, "trusted on first use");
        ENDS(fetch(), 0, "is here");
        QVERIFY(Json::parse(readText(file().string() + ".json"))["sha256"] == hashOf(m_body));
        fs::remove(file());
        body = bytesOf(4);
        ENDS(fetch(), 2, QString::fromStdString(hashOf(m_body)));
        QVERIFY(!fs::exists(file()));
    }

    void asksBeforeItDownloads()
    {
        Server server([&](const Request& request) { return serve(request, m_body); });
        offer(server, m_body);
        auto unasked = command();
        unasked.removeAll("--yes");
        const auto ended = run(unasked);
        ENDS(ended, 2, "--yes");
        for (const char* shown : {"A sample", "3.0 MB", "free on that disk", "CC0-1.0", "A test."})
            QVERIFY2(ended.said.contains(shown), shown);
        QVERIFY(gets(server).empty() && nothingIsHere());
        offer(server, m_body, {{"bytes", nullptr}}); // then the server is asked
        ENDS(run(unasked), 2, "3.0 MB");
        QVERIFY(gets(server).empty());
    }

    void saysWhatToDoWithoutADownload()
    {
        ENDS(run({"data", "fetch", "eurosat-rbg"}), 2, "did you mean eurosat-rgb?");
        ENDS(run({"data", "fetch", "fmow-rgb", "--yes"}), 2, "aws s3 cp");
        offer(Json::array({{{"name", "../file.bin"}, {"url", "http://127.0.0.1:1/"}}}));
        ENDS(fetch(), 2, "list.json: datasets[0].files[0].name");
        QVERIFY(!fs::exists(at("data")));
    }
};

QTEST_GUILESS_MAIN(TestFetch)
#include "tst_fetch.moc"
