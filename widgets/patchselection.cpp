// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchselection.h"

void PatchSelection::choose(const QSet<QString>& ids, bool more)
{
    const QSet<QString> chosen = more ? m_ids + ids : ids;
    if (chosen == m_ids) return;
    m_ids = chosen;
    Q_EMIT changed();
}

void PatchSelection::toggle(const QString& id)
{
    m_ids.contains(id) ? void(m_ids.remove(id)) : void(m_ids.insert(id));
    Q_EMIT changed();
}
