// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/component.h"
#include "engine/datatools.h"

using namespace revisit;
using namespace revisit::testing;

namespace {

class Machine final : public Configurable {
public:
    bool on = true;
    std::int64_t count = 3;
    double rate = 0.5;
    std::string mode = "slow";
    std::vector<std::int64_t> widths = {8, 16};
    void params(Params& p) override
    {
        p("on", on, "Whether it runs.");
        p("count", count, "How many.").range(1, 100).unit("px").automatic(0);
        p("rate", rate, "How fast.").range(0, 1).live();
        p("mode", mode, "Which way.").choices({"slow", "fast"});
        p("widths", widths, "Of the layers.").range(1, 64).advanced();
    }
};

std::string refused(const std::string& json)
{
    Machine machine;
    return errorOf([&] { machine.read(Json::parse(json), "machine", "turbine"); });
}

} // namespace

class TestParams : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatItWrites()
    {
        Machine machine, other;
        machine.read(Json::parse(R"({"on":false,"count":7,"rate":0.25,"mode":"fast","widths":[1,2,3]})"), "",
                     "turbine");
        other.read(machine.values(), "", "turbine");
        QCOMPARE(other.values(), machine.values());
        QCOMPARE(other.count, 7);
        QCOMPARE(other.mode, std::string("fast"));
    }
    void namesTheMisspeltKey()
    {
        QCOMPARE(refused(R"({"cuont": 3})"),
                 std::string("machine.cuont: unknown parameter of turbine, did you mean count?"));
        COMPARE_CONTAINS(refused(R"({"zzzzzzzzzzzz": 3})"), "; there are: on, count, rate, mode, widths");
    }
    void carriesTheKeyInTheError()
    {
        Machine machine;
        try {
            machine.read(Json::parse(R"({"rate": 2})"), "machine", "turbine");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.key(), std::string("machine.rate"));
        }
    }
    void leavesReservedKeysAlone()
    {
        Machine machine;
        machine.read(Json::parse(R"({"name": "turbine"})"), "machine", "turbine", {"name"});
        COMPARE_CONTAINS(refused(R"({"name": "turbine"})"), "unknown parameter");
    }
    void refusesBadValues_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* json, const char* sentence) { QTest::newRow(json) << json << sentence; };
        row(R"({"count": 101})", "machine.count: 101 is outside 1 to 100 px, or 0 for automatic");
        row(R"({"count": -1})", "is outside");
        row(R"({"count": 2.5})", "2.5 is not a whole number");
        row(R"({"count": "3"})", "\"3\" is not a whole number");
        row(R"({"count": null})", "null is not a whole number");
        row(R"({"count": 1e300})", "is not a whole number");
        row(R"({"count": 9223372036854775808})", "is not a whole number");
        row(R"({"count": 18446744073709551615})", "is not a whole number");
        row(R"({"count": -9223372036854775808})", "is outside");
        row(R"({"rate": 1.0000001})", "is outside 0 to 1");
        row(R"({"rate": "fast"})", "is not a number");
        row(R"({"rate": true})", "is not a number");
        row(R"({"on": 1})", "is not true or false");
        row(R"({"mode": "fats"})", "machine.mode: there is no \"fats\", did you mean fast?");
        row(R"({"mode": 3})", "is not a text in quotes");
        row(R"({"widths": 3})", "is not a list");
        row(R"({"widths": [3, "4"]})", "is not a list of whole numbers");
        row(R"({"widths": [3, 65]})", "is outside 1 to 64");
        row(R"([])", "machine: should be an object in braces");
    }
    void refusesBadValues()
    {
        QFETCH(QString, json);
        QFETCH(QString, sentence);
        COMPARE_CONTAINS(refused(json.toStdString()), sentence.toStdString());
    }
    void refusesNumbersThatAreNone()
    {
        Machine machine;
        for (const double number : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
            COMPARE_CONTAINS(errorOf([&] { machine.read({{"rate", number}}, "", "turbine"); }), "is not a number");
            COMPARE_CONTAINS(errorOf([&] {
                                 machine.read({{"count", number}}, "", "turbine");
                             }),
                             "is not a whole number");
        }
        // 1e999 does not even become a number: the JSON reader refuses it
        QVERIFY_THROWS_EXCEPTION(Json::out_of_range, (void)Json::parse(R"({"rate": 1e999})"));
    }
    void keepsTheValueThatItHad()
    {
        Machine machine;
        QVERIFY(!errorOf([&] { machine.read(Json::parse(R"({"widths": [1, 1000]})"), "", "turbine"); }).empty());
        QCOMPARE(machine.widths, (std::vector<std::int64_t>{8, 16}));
    }
    void takesWholeNumbersHoweverWritten()
    {
        Machine machine;
        machine.read(Json::parse(R"({"count": 1e1, "rate": 1})"), "", "turbine");
        QCOMPARE(machine.count, 10);
        QCOMPARE(machine.rate, 1.0);
        machine.read(Json::parse(R"({"count": 0})"), "", "turbine"); // automatic, though out of range
        QCOMPARE(machine.count, 0);
    }
    void describesItself()
    {
        Machine machine;
        const auto schema = machine.schema();
        QCOMPARE(schema.size(), std::size_t(5));
        QCOMPARE(schema[1], Json::parse(R"({"name":"count","type":"integer","default":3,"help":"How many.","unit":"px",
                                            "min":1.0,"max":100.0,"auto":0.0})"));
        QCOMPARE(schema[2].at("live"), Json(true));
        QCOMPARE(schema[3].at("type"), Json("choice"));
        QCOMPARE(schema[4].at("type"), Json("integers"));
    }
    void findsTheNearestName()
    {
        QCOMPARE(nearest("varience", {"variance", "covariance"}), std::string("variance"));
        QCOMPARE(nearest("temprature", {"temperature", "batch"}), std::string("temperature"));
        QCOMPARE(nearest("xyz", {"temperature", "batch"}), std::string());
    }
};

QTEST_APPLESS_MAIN(TestParams)
#include "tst_params.moc"
