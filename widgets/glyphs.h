// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "theme.h"

/// Draws `glyph` into `box`; no file, no icon theme, any size, any colour.
void paintGlyph(QPainter& painter, Theme::Glyph glyph, const QRectF& box, const QColor& colour);

/// The same as an icon; `disabled` is its colour when it cannot be used.
QIcon glyphIcon(Theme::Glyph glyph, const QColor& colour, const QColor& disabled);
