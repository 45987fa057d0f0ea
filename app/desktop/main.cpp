// SPDX-License-Identifier: GPL-3.0-or-later
#include "icons.h"
#include "mainwindow.h"
#include "screenshots.h"
#include "workspace.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QTranslator>
#include <algorithm>

namespace {
struct Options {
    QCommandLineOption workspace{"workspace", "Folder with the runs.", "DIR", Workspace::defaultDirectory()};
    QCommandLineOption open{"open", "A run, a run.json, or a folder or zip of images to open.", "PATH"};
    QCommandLineOption language{"lang", "Language of the desktop and of its numbers.", "CODE", QLocale().name()};
    QCommandLineOption safeMode{"safe-mode", "Open without what was kept of the last session."};
    QCommandLineOption shots{"screenshot-dir", "Grab every screen, light and dark, into DIR and leave.", "DIR"};
};

void identify()
{
    QCoreApplication::setOrganizationName(QStringLiteral("Revisit"));
    QCoreApplication::setApplicationName(QStringLiteral("Revisit"));
    QCoreApplication::setApplicationVersion(QStringLiteral(REVISIT_VERSION));
}

/// Answers --help and --version by itself and leaves.
void parse(QCommandLineParser& parser, const Options& options)
{
    parser.setApplicationDescription(
        QStringLiteral("A lab bench for self-supervised learning on Earth-observation imagery."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({options.workspace, options.open, options.language, options.safeMode, options.shots});
    parser.addPositionalArgument("PATH", "The same as --open.", "[PATH]");
    parser.process(*QCoreApplication::instance());
}

/// What a machine without a display answers as well.
bool onlyAsks(int argc, char** argv)
{
    return std::any_of(argv + 1, argv + argc, [](const char* word) {
        return QStringList{"-h", "--help", "-v", "--version"}.contains(QString::fromLocal8Bit(word));
    });
}
} // namespace

int main(int argc, char** argv)
{
    QCommandLineParser parser;
    const Options options;
    if (onlyAsks(argc, argv)) {
        const QCoreApplication app(argc, argv);
        identify();
        parse(parser, options);
    }
    QApplication app(argc, argv);
    identify();
    QGuiApplication::setDesktopFileName(QStringLiteral("revisit"));
    parse(parser, options);

    QTranslator qtTexts, texts;
    const QLocale locale(parser.value(options.language));
    if (parser.isSet(options.language)) QLocale::setDefault(locale);
    if (qtTexts.load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(&qtTexts);
    // English has a catalogue as well, for its plurals
    if (texts.load(locale, "revisit", "_", ":/i18n") || texts.load(":/i18n/revisit_en.qm"))
        QApplication::installTranslator(&texts);
    QApplication::setWindowIcon(themedIcon(QStringLiteral("app")));

    const QString besides = QApplication::applicationDirPath();
    const QString resources = qEnvironmentVariable("REVISIT_RESOURCES", QStringLiteral(REVISIT_RESOURCES));
    const QString path =
        parser.isSet(options.open) ? parser.value(options.open) : parser.positionalArguments().value(0);
    MainWindow window({parser.value(options.workspace), besides + "/revisit-engine", resources, path,
                       parser.isSet(options.safeMode)});
    window.QMainWindow::show();
    if (parser.isSet(options.shots)) new Screenshots(&window, parser.value(options.shots));
    return QApplication::exec();
}
