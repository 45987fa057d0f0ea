// SPDX-License-Identifier: Apache-2.0
#include "datasets/archive.h"
#include "engine/datatools.h"

using namespace revisit;
using namespace revisit::testing;

class TestArchive : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path made(const std::string& bytes) const
    {
        const auto file = pathIn(m_folder, "a.zip");
        writeFile(file, bytes);
        return file;
    }
    // What listing and reading all of it is refused with; it must name the file.
    std::string refused(const std::string& bytes) const
    {
        const auto file = made(bytes);
        const auto message = errorOf([&] {
            const Archive archive(file);
            for (const auto& item : archive.items()) archive.read(item);
        });
        return message.find(file.string() + ": ") == 0 ? message : "";
    }

private Q_SLOTS:
    void readsEntries()
    {
        const Archive archive(made(zip({{"a/", ""}, {"a/one.txt", "first"}, {"two.txt", "second"}, {"empty", ""}})));
        const auto items = archive.items();
        QCOMPARE(items.size(), std::size_t(3));
        QCOMPARE(items[0].name, std::string("a/one.txt"));
        QCOMPARE(items[0].bytes, std::uint64_t(5));
        const auto bytes = archive.read(items[1]);
        QCOMPARE(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), std::string("second"));
        QCOMPARE(archive.read(items[2]).size(), std::size_t(0));
    }
    void refusesEntriesThatClimbOut()
    {
        for (const char* name : {"../evil.jpg", "a/../../evil.jpg", "a/..", ".."})
            COMPARE_CONTAINS(refused(zip({{"good.jpg", "x"}, {name, "x"}})),
                             "its entry \"" + std::string(name) + "\" climbs out of its folder");
        COMPARE_CONTAINS(refused(zip({{"/etc/evil.jpg", "x"}})), "its entry \"/etc/evil.jpg\" has an absolute path");
        COMPARE_CONTAINS(refused(zip({{"a\\..\\evil.jpg", "x"}})), "has a backslash in its name");
        COMPARE_CONTAINS(refused(zip({{"link.jpg", "/etc/passwd", 0120777}})), "is a link or a device");
        COMPARE_CONTAINS(refused(zip({{"zero.jpg", "", 0020666}})), "is a link or a device");
        COMPARE_CONTAINS(refused(zip({{"a.jpg", "x"}, {"a.jpg", "y"}})), "its entry \"a.jpg\" is there twice");
        COMPARE_CONTAINS(refused(zip({{"", "x"}})), "its entry 0 has no name");
        QCOMPARE(refused(zip({{"a..b/..c/d...jpg", "x"}})), std::string()); // dots alone climb nowhere
    }
    void refusesFalseSizesAndSums()
    {
        COMPARE_CONTAINS(refused(zip({{"a.jpg", "truth", 0100644, 300u << 20}})),
                         "the most that Revisit reads is 268435456");
        COMPARE_CONTAINS(refused(zip({{"a.jpg", "truth", 0100644, 200u << 20}})), "packed into 5, which no image does");
        QVERIFY(!refused(zip({{"a.jpg", "truth", 0100644, 6}})).empty());
        QVERIFY(!refused(zip({{"a.jpg", "truth", 0100644, 4}})).empty());
        auto flipped = zip({{"a.jpg", "the truth and nothing else"}});
        flipped[40] ^= 1;
        COMPARE_CONTAINS(refused(flipped), "its entry \"a.jpg\" is damaged or cut short");
    }
    void refusesWhatIsCutShort()
    {
        const auto whole = zip({{"a.jpg", std::string(1000, 'a')}, {"b.jpg", std::string(1000, 'b')}});
        QCOMPARE(refused(whole), std::string());
        for (std::size_t part = 0; part < 16; ++part)
            COMPARE_CONTAINS(refused(whole.substr(0, whole.size() * part / 16)), "damaged or cut short");
    }
    void refusesWhatIsNoFile()
    {
        COMPARE_CONTAINS(errorOf([&] { Archive(pathIn(m_folder, "absent.zip")); }),
                         "absent.zip: there is no such file");
        COMPARE_CONTAINS(errorOf([] { Archive("/dev/zero"); }), "/dev/zero: is not a regular file");
    }
};

QTEST_APPLESS_MAIN(TestArchive)
#include "tst_archive.moc"
