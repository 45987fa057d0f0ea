// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QJsonDocument>
#include <QJsonObject>

/// A description with one of each: every kind of section, every type of parameter. What the real engine offers is
/// tst_engine's.
inline QJsonObject describeFixture()
{
    static const char text[] = R"({"protocol": 1, "version": "9.9", "run": [
  {"name": "name", "type": "text", "default": "", "help": "What people call it."},
  {"name": "seed", "type": "integer", "default": 1, "min": 0, "max": 1e15, "help": "Chance."}],
 "sections": [
  {"key": "dataset", "title": "Data set", "help": "Where patches come from.", "group": "data", "kind": "one", "default": "folder",
   "components": [
    {"name": "planet", "title": "Blue Marble", "summary": "The Earth.", "reference": "NASA", "params": []},
    {"name": "folder", "title": "Folder", "summary": "Images.", "reference": "yours", "params": [
      {"name": "path", "type": "path", "default": "", "help": "The folder."},
      {"name": "size_px", "type": "integer", "default": 0, "min": 8, "max": 1024, "auto": 0, "unit": "px", "help": "Side."}]}]},
  {"key": "augmentations", "title": "Augmentations", "help": "Views.", "group": "views", "kind": "chain", "components": [
    {"name": "crop", "title": "Crop", "summary": "Cuts.", "reference": "", "params": [
      {"name": "probability", "type": "number", "default": 1, "min": 0, "max": 1, "live": true, "help": "Share."}]},
    {"name": "flip", "title": "Flip", "summary": "Flips.", "reference": "", "params": [
      {"name": "probability", "type": "number", "default": 0.5, "min": 0, "max": 1, "help": "Share."},
      {"name": "both", "type": "boolean", "default": true, "help": "Both ways.", "advanced": true}]}]},
  {"key": "objective", "title": "Objective", "help": "What to learn.", "group": "objective", "kind": "one", "default": "simclr",
   "components": [
    {"name": "simclr", "title": "SimCLR", "summary": "Pulls and pushes.", "reference": "Chen", "learning_rate": {"sgd": 0.06}, "params": [
      {"name": "temperature", "type": "number", "default": 0.5, "min": 0.01, "max": 10, "live": true, "help": "How sharp."},
      {"name": "projector", "type": "integers", "default": [256, 128], "min": 1, "max": 8192, "help": "Widths."}]},
    {"name": "vicreg", "title": "VICReg", "summary": "Spreads.", "reference": "Bardes", "params": [
      {"name": "variance", "type": "number", "default": 25, "min": 0, "max": 100, "help": "Weight."}]}]},
  {"key": "training", "title": "Training", "help": "How long.", "group": "training", "kind": "fixed", "components": [
    {"name": "training", "title": "Training", "summary": "", "reference": "", "params": [
      {"name": "steps", "type": "integer", "default": 1500, "min": 1, "max": 1e8, "unit": "steps", "help": "How many."},
      {"name": "batch", "type": "integer", "default": 128, "min": 2, "max": 65536, "help": "Patches a step."},
      {"name": "layout", "type": "choice", "default": "tsne", "choices": ["tsne", "pca"], "help": "Plane."},
      {"name": "threads", "type": "integer", "default": 0, "min": 1, "max": 64, "auto": 0, "advanced": true, "help": "Cores."}]}]}
 ]})";
    return QJsonDocument::fromJson(text).object();
}
