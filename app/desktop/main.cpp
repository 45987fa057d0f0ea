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

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Revisit"));
    QApplication::setApplicationName(QStringLiteral("Revisit"));
    QApplication::setApplicationVersion(QStringLiteral(REVISIT_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("revisit"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("A lab bench for self-supervised learning on Earth-observation imagery."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption workspace("workspace", "Folder with the runs.", "DIR", Workspace::defaultDirectory());
    const QCommandLineOption open("open", "A run, a run.json, or a folder or zip of images to open.", "PATH");
    const QCommandLineOption language("lang", "Language of the desktop: en, de.", "CODE", QLocale().name());
    const QCommandLineOption safeMode("safe-mode", "Open without what was kept of the last session.");
    const QCommandLineOption shots("screenshot-dir", "Grab every screen, light and dark, into DIR and leave.", "DIR");
    parser.addOptions({workspace, open, language, safeMode, shots});
    parser.addPositionalArgument("PATH", "The same as --open.", "[PATH]");
    parser.process(app);

    QTranslator qtTexts, texts;
    const QLocale locale(parser.value(language));
    if (parser.isSet(language)) QLocale::setDefault(locale);
    if (qtTexts.load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(&qtTexts);
    // English has a catalogue as well, for its plurals
    if (texts.load(locale, "revisit", "_", ":/i18n") || texts.load(":/i18n/revisit_en.qm"))
        QApplication::installTranslator(&texts);
    QApplication::setWindowIcon(themedIcon(QStringLiteral("app")));

    const QString besides = QApplication::applicationDirPath();
    const QString resources = qEnvironmentVariable("REVISIT_RESOURCES", QStringLiteral(REVISIT_RESOURCES));
    const QString path = parser.isSet(open) ? parser.value(open) : parser.positionalArguments().value(0);
    MainWindow window({parser.value(workspace), besides + "/revisit-engine", resources, path, parser.isSet(safeMode)});
    window.QMainWindow::show();
    if (parser.isSet(shots)) new Screenshots(&window, parser.value(shots));
    return QApplication::exec();
}
